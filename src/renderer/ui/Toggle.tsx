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
      <Switch id={id} checked={checked} onChange={onChange} />
    </div>
  )
}

export interface SwitchProps {
  /** Of the label that names it. */
  readonly id: string
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onChange: (checked: boolean) => void
}

/** The switch alone, for a place that words it in its own way. */
export function Switch({ id, checked, disabled = false, onChange }: SwitchProps) {
  return (
    <input
      id={id}
      type="checkbox"
      role="switch"
      className={styles.switch}
      checked={checked}
      aria-checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.target.checked)}
    />
  )
}
