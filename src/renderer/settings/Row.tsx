import { useId, type ReactNode } from 'react'
import { Switch } from '../ui/Toggle.tsx'
import styles from './SettingsScreen.module.css'

export interface RowProps {
  readonly label: string
  readonly help: ReactNode
  readonly children?: ReactNode
}

/** Name and help at the left, the control at the right. */
export function Row({ label, help, children }: RowProps) {
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <span>{label}</span>
        <small>{help}</small>
      </div>
      {children === undefined ? null : <div className={styles.control}>{children}</div>}
    </div>
  )
}

export interface SwitchRowProps {
  readonly label: string
  readonly help: ReactNode
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onChange: (checked: boolean) => void
}

export function SwitchRow({ label, help, checked, disabled = false, onChange }: SwitchRowProps) {
  const id = useId()
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <label htmlFor={id}>{label}</label>
        <small>{help}</small>
      </div>
      <div className={styles.control}>
        <Switch id={id} checked={checked} disabled={disabled} onChange={onChange} />
      </div>
    </div>
  )
}
