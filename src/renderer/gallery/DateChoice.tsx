import { useWords } from '../i18n/index.ts'
import type { DateFilter, DatePreset } from '../state/gallery-dates.ts'
import styles from './Toolbar.module.css'

const presets: readonly DatePreset[] = ['any', 'today', 'week', 'month', 'own']

/** When the pictures were made. */
export function DateChoice({ date, onChange }: { readonly date: DateFilter; readonly onChange: (date: DateFilter) => void }) {
  const { bar, dates } = useWords().gallery
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
      <legend className="unseen">{bar.filters.date}</legend>
      {presets.map((value) => (
        <label key={value} className={styles.choice}>
          <input
            type="radio"
            name="gallery-date"
            checked={date.preset === value}
            onChange={() => onChange({ ...date, preset: value })}
          />
          <span>{dates[value]}</span>
        </label>
      ))}
      {date.preset === 'own' ? (
        <div className={styles.days}>
          {day(dates.first, 'first')}
          {day(dates.last, 'last')}
        </div>
      ) : null}
    </fieldset>
  )
}
