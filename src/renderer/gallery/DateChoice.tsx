import type { DateFilter, DatePreset } from '../state/gallery-dates.ts'
import styles from './Toolbar.module.css'

const presets: readonly { readonly value: DatePreset; readonly label: string }[] = [
  { value: 'any', label: 'Any date' },
  { value: 'today', label: 'Today' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'month', label: 'Last 30 days' },
  { value: 'own', label: 'From … to' },
]

/** When the pictures were made. */
export function DateChoice({ date, onChange }: { readonly date: DateFilter; readonly onChange: (date: DateFilter) => void }) {
  const day = (label: string, part: 'first' | 'last') => (
    <label className={styles.day}>
      {label}
      <input
        type="date"
        value={date[part]}
        onChange={(event) => onChange({ ...date, preset: 'own', [part]: event.target.value })}
      />
    </label>
  )
  return (
    <fieldset className={styles.choices}>
      <legend className="unseen">Date</legend>
      {presets.map(({ value, label }) => (
        <label key={value} className={styles.choice}>
          <input
            type="radio"
            name="gallery-date"
            checked={date.preset === value}
            onChange={() => onChange({ ...date, preset: value })}
          />
          <span>{label}</span>
        </label>
      ))}
      {date.preset === 'own' ? (
        <div className={styles.days}>
          {day('First day', 'first')}
          {day('Last day', 'last')}
        </div>
      ) : null}
    </fieldset>
  )
}
