import { useId, type KeyboardEvent } from 'react'
import { plain } from '../state/format.ts'
import { Field } from './Field.tsx'
import { NumberBox } from './NumberBox.tsx'
import { fromPlace, nextMark, stepped, toPlace, type Range } from './scale.ts'
import styles from './NumberSlider.module.css'

export interface NumberSliderProps {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
  readonly min: number
  readonly max: number
  /** 1 unless said otherwise. */
  readonly step?: number
  /** Instead of a step, for ranges over decades: how many digits a value keeps. */
  readonly digits?: number
  readonly unit?: string
  /** Drawn below the slider; Page Up and Page Down go from one to the next. */
  readonly marks?: readonly number[]
  readonly scale?: 'linear' | 'log' | 'root'
  /** In the value box; all its digits unless said otherwise. */
  readonly format?: (value: number) => string
  /** On the ticks, where it differs from `format`. */
  readonly formatMark?: (value: number) => string
  readonly help?: string
  readonly defaultValue?: number
  readonly disabled?: boolean
}

const places = 1000

/** A slider with its value beside it: drag, arrows by one step, Page keys by marks, or type any number of the range. */
export function NumberSlider(props: NumberSliderProps) {
  const { label, value, onChange, unit, marks = [], format = plain, formatMark = format, help, defaultValue, disabled } = props
  const { min, max, step = 1, scale = 'linear', digits } = props
  const range: Range = { min, max, step, scale, ...(digits === undefined ? {} : { digits }) }
  const id = useId()
  const helpId = `${id}-help`
  const place = toPlace(value, range)
  const shown = unit === undefined ? format(value) : `${format(value)} ${unit}`
  const changed = defaultValue !== undefined && value !== defaultValue
  const onKeyDown = (event: KeyboardEvent) => {
    const next = keyed(event.key, value, marks, range)
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    if (next !== value) onChange(next)
  }
  return (
    <Field
      label={label}
      htmlFor={id}
      help={help}
      helpId={helpId}
      onReset={changed ? () => onChange(defaultValue) : undefined}
      {...(defaultValue === undefined ? {} : { resetTo: format(defaultValue) })}
      box={
        <NumberBox
          label={label}
          value={value}
          onChange={onChange}
          range={range}
          shown={shown}
          format={format}
          disabled={disabled ?? false}
        />
      }
      wide={marks.length > 0}
      below={marks.length === 0 ? undefined : <Ticks marks={marks} range={range} format={formatMark} onPick={onChange} />}
    >
      <input
        id={id}
        type="range"
        className={styles.slider}
        style={{ '--filled': `${place * 100}%` } as object}
        min={0}
        max={places}
        step={1}
        value={Math.round(place * places)}
        disabled={disabled}
        aria-valuetext={shown}
        aria-describedby={help === undefined ? undefined : helpId}
        onKeyDown={onKeyDown}
        onChange={(event) => onChange(fromPlace(Number(event.target.value) / places, range))}
      />
    </Field>
  )
}

function keyed(key: string, value: number, marks: readonly number[], range: Range): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowUp') return stepped(value, 1, range)
  if (key === 'ArrowLeft' || key === 'ArrowDown') return stepped(value, -1, range)
  if (key === 'PageUp') return nextMark(value, 1, marks, range)
  if (key === 'PageDown') return nextMark(value, -1, marks, range)
  if (key === 'Home') return range.min
  if (key === 'End') return range.max
  return undefined
}

/** For the mouse; the keyboard has Page Up and Page Down, so they are not read out. */
function Ticks({
  marks,
  range,
  format,
  onPick,
}: {
  marks: readonly number[]
  range: Range
  format: (value: number) => string
  onPick: (value: number) => void
}) {
  return (
    <div className={styles.ticks} aria-hidden>
      {marks.map((mark) => (
        <button
          type="button"
          tabIndex={-1}
          key={mark}
          className={styles.tick}
          data-end={toPlace(mark, range) > 0.98 ? true : undefined}
          style={{ left: `${toPlace(mark, range) * 100}%` }}
          onClick={() => onPick(mark)}
        >
          {format(mark)}
        </button>
      ))}
    </div>
  )
}
