import { useId, useState } from 'react'
import { IconDice5, IconLock, IconLockOpen } from '@tabler/icons-react'
import { seedLimit } from '../../shared/request.ts'
import { useWords } from '../i18n/index.ts'
import { setHelp } from '../state/frame.ts'
import { drawSeed } from '../state/seed.ts'
import { IconButton } from './Button.tsx'
import { Section } from './Section.tsx'
import styles from './SeedField.module.css'

export interface SeedFieldProps {
  readonly value: number
  readonly onChange: (value: number) => void
  /** Locked: the next run uses the same seed. Open: a new one is drawn after each run. */
  readonly locked: boolean
  /** Absent: it stays as it is, and there is nothing to lock. */
  readonly onLock?: (locked: boolean) => void
  readonly help?: string
}

export function SeedField({ value, onChange, locked, onLock, help: ownHelp }: SeedFieldProps) {
  const { seed: t } = useWords().common
  const help = ownHelp ?? t.help
  const [draft, setDraft] = useState<string | null>(null)
  const id = useId()
  const take = () => {
    if (draft !== null && /^\d{1,16}$/.test(draft)) onChange(Math.min(seedLimit, Number(draft)))
    setDraft(null)
  }
  const right = (
    <span className={styles.tools}>
      {onLock === undefined ? null : (
        <IconButton size="small" label={locked ? t.locked : t.lock} pressed={locked} onClick={() => onLock(!locked)}>
          {locked ? <IconLock aria-hidden /> : <IconLockOpen aria-hidden />}
        </IconButton>
      )}
      <IconButton size="small" label={t.draw} onClick={() => onChange(drawSeed())}>
        <IconDice5 aria-hidden />
      </IconButton>
    </span>
  )
  return (
    <Section title={t.label} right={right}>
      <input
        id={id}
        className={styles.seed}
        aria-label={t.label}
        inputMode="numeric"
        value={draft ?? String(value)}
        onMouseEnter={() => setHelp(help)}
        onMouseLeave={() => setHelp('')}
        onFocus={() => {
          setDraft(String(value))
          setHelp(help)
        }}
        onChange={(event) => setDraft(event.target.value.replace(/\D/g, '').slice(0, 16))}
        onBlur={() => {
          take()
          setHelp('')
        }}
        onKeyDown={(event) => event.key === 'Enter' && take()}
      />
    </Section>
  )
}
