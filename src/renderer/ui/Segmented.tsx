import { useId } from 'react'
import { setHelp } from '../state/frame.ts'
import styles from './Segmented.module.css'

export interface SegmentedOption<T extends string> {
  readonly value: T
  readonly label: string
  readonly disabled?: boolean
}

export interface SegmentedProps<T extends string> {
  /** Read out; not drawn (put it into a Field for a visible label). */
  readonly label: string
  readonly value: T
  readonly options: readonly SegmentedOption<T>[]
  readonly onChange: (value: T) => void
  readonly help?: string
}

/** One of a few. A radio group: Tab reaches it once, arrows choose. */
export function Segmented<T extends string>({ label, value, options, onChange, help }: SegmentedProps<T>) {
  const name = useId()
  const show = () => setHelp(help ?? '')
  const hide = () => setHelp('')
  return (
    <div onMouseEnter={show} onMouseLeave={hide} onFocus={show} onBlur={hide}>
      <fieldset className={styles.group}>
        <legend className="unseen">{label}</legend>
        {options.map((option) => (
          <label key={option.value} className={styles.option}>
            <input
              type="radio"
              className="unseen"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled ?? false}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </fieldset>
    </div>
  )
}
