import type { ReactNode } from 'react'
import { IconChevronDown } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { count } from '../state/format.ts'
import { Button } from '../ui/Button.tsx'
import { Popover } from '../ui/Popover.tsx'
import styles from './Toolbar.module.css'

/** A button that says what is filtered by, and a small panel to change it. It stays open while one tries. */
export function FilterMenu(props: {
  readonly label: string
  /** What is chosen, in words; '' for no filter. */
  readonly chosen: string
  readonly disabled?: boolean
  readonly children: ReactNode
}) {
  const { label, chosen, disabled = false, children } = props
  const t = useWords().gallery.bar
  return (
    <Popover
      label={label}
      position="bottom-start"
      size="fit"
      target={(opener) => (
        <Button
          kind="quiet"
          size="small"
          className={styles.filter}
          disabled={disabled}
          data-on={chosen === '' ? undefined : true}
          {...opener}
        >
          <span>{chosen === '' ? label : t.filtered(label, chosen)}</span>
          <IconChevronDown aria-hidden />
        </Button>
      )}
    >
      {() => children}
    </Popover>
  )
}

export interface Choice<T extends string> {
  readonly value: T
  readonly label: string
  readonly count?: number
}

/** Any of some, with how many pictures each would show. */
export function Choices<T extends string>(props: {
  readonly label: string
  readonly options: readonly Choice<T>[]
  readonly chosen: readonly T[]
  readonly onChange: (chosen: T[]) => void
}) {
  const { label, options, chosen, onChange } = props
  // What was chosen and is no more stays to be taken back.
  const lost = chosen.filter((value) => !options.some((option) => option.value === value))
  const all = [...options, ...lost.map((value): Choice<T> => ({ value, label: value, count: 0 }))]
  return (
    <fieldset className={styles.choices}>
      <legend className="unseen">{label}</legend>
      {all.map((option) => (
        <label key={option.value} className={styles.choice}>
          <input
            type="checkbox"
            checked={chosen.includes(option.value)}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, option.value] : chosen.filter((value) => value !== option.value))
            }
          />
          <span>{option.label}</span>
          {option.count === undefined ? null : <small>{count(option.count)}</small>}
        </label>
      ))}
    </fieldset>
  )
}
