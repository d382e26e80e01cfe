import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { HowItCame } from '../way/HowItCame.tsx'
import { IconButton } from '../ui/index.ts'
import styles from './FillWayPanel.module.css'
import { session } from './session.ts'
import type { FillWay } from './useFillWay.ts'

/** How the chosen fill came, in place of the strip of fills: the photograph above shows the estimate where it was made. */
export function FillWayPanel({ fillWay: { way, at, window, windows } }: { readonly fillWay: FillWay }) {
  const t = useWords().inpaint.way
  if (way === null || way === undefined) return <p className={styles.words}>{way === null ? t.reading : t.gone}</p>
  return (
    <div className={styles.panel}>
      <HowItCame
        way={way}
        at={at}
        onAt={(to) => session.setState({ way: { at: to, window } })}
        end={t.theFill}
        choice={windows > 1 ? <WindowChoice window={window} windows={windows} /> : undefined}
      />
    </div>
  )
}

/** It stays at the same step from window to window. */
function WindowChoice({ window, windows }: { readonly window: number; readonly windows: number }) {
  const t = useWords().inpaint.way
  const go = (to: number) => {
    const { way } = session.getState()
    if (to >= 0 && to < windows) session.setState({ way: { at: way?.at ?? null, window: to } })
  }
  return (
    <span className={styles.choice}>
      <IconButton size="small" label={t.previousWindow} aria-disabled={window === 0} onClick={() => go(window - 1)}>
        <IconChevronLeft aria-hidden />
      </IconButton>
      <output>{t.window(window + 1, windows)}</output>
      <IconButton size="small" label={t.nextWindow} aria-disabled={window === windows - 1} onClick={() => go(window + 1)}>
        <IconChevronRight aria-hidden />
      </IconButton>
    </span>
  )
}
