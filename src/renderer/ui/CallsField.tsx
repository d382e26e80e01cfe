import { useWords } from '../i18n/index.ts'
import styles from './CallsField.module.css'
import { NumberSlider } from './NumberSlider.tsx'

/** A budget of model calls, and what it buys. */
export function CallsField(props: {
  readonly calls: number
  readonly onChange: (calls: number) => void
  readonly defaultValue: number
  readonly help: string
  /** "50 levels, jumps of 2": nothing where it buys nothing. */
  readonly bought: string
}) {
  const { common: t } = useWords()
  const { calls, onChange, defaultValue, help, bought } = props
  return (
    <>
      <NumberSlider
        label={t.calls.label}
        value={calls}
        onChange={onChange}
        min={1}
        max={10_000}
        scale="log"
        defaultValue={defaultValue}
        help={help}
      />
      <p className={styles.bought}>{bought}</p>
    </>
  )
}
