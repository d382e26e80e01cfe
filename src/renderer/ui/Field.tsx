import type { ReactNode } from 'react'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { setHelp } from '../state/frame.ts'
import styles from './Field.module.css'

export interface FieldProps {
  readonly label: string
  /** Of the control the label names. */
  readonly htmlFor?: string
  /** One line, shown at the foot of the inspector while the field is under the pointer or has the focus, and read out. */
  readonly help?: string | undefined
  readonly helpId?: string
  readonly children: ReactNode
  /** The box at the right: the value, usually. */
  readonly box?: ReactNode
  /** Below the control, across its width: ticks. */
  readonly below?: ReactNode
  /** Given while the value differs from its default. Double click on the label does the same. */
  readonly onReset?: (() => void) | undefined
  /** The control gets a row of its own below the label. */
  readonly wide?: boolean
  /** What the reset brings back, "50". */
  readonly resetTo?: string
}

/** Label, control, value: one row of the inspector. */
export function Field({ label, htmlFor, help, helpId, children, box, below, onReset, resetTo, wide = false }: FieldProps) {
  const { common: t } = useWords()
  const show = () => setHelp(help ?? '')
  const hide = () => setHelp('')
  return (
    <div className={styles.field} onMouseEnter={show} onMouseLeave={hide} onFocus={show} onBlur={hide}>
      <div className={styles.row} data-box={box === undefined ? undefined : true} data-wide={wide ? true : undefined}>
        <div className={styles.label} onDoubleClick={onReset}>
          <label htmlFor={htmlFor}>{label}</label>
          {onReset === undefined ? null : (
            <button
              type="button"
              className={styles.reset}
              onClick={onReset}
              aria-label={resetTo === undefined ? t.resetOne(label) : t.resetOneTo(label, resetTo)}
              title={resetTo === undefined ? t.reset : t.resetTo(resetTo)}
            >
              <IconArrowBackUp aria-hidden />
            </button>
          )}
        </div>
        {wide ? <span /> : <div className={styles.control}>{children}</div>}
        {box}
      </div>
      {wide ? <div className={styles.control}>{children}</div> : null}
      {below}
      {help === undefined || helpId === undefined ? null : (
        <span id={helpId} className="unseen">
          {help}
        </span>
      )}
    </div>
  )
}
