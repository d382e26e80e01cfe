import { useId } from 'react'
import { setHelp } from '../state/frame.ts'
import styles from './Toggle.module.css'

/** On or off, in words. */
export function Toggle({
  label,
  checked,
  onChange,
  help = '',
}: {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly help?: string
}) {
  const id = useId()
  return (
    <div
      className={styles.row}
      onMouseEnter={() => setHelp(help)}
      onMouseLeave={() => setHelp('')}
      onFocus={() => setHelp(help)}
      onBlur={() => setHelp('')}
    >
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className={styles.switch}
        checked={checked}
        aria-checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  )
}
