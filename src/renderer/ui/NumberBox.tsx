import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useWords } from '../i18n/index.ts'
import { groupSign } from '../state/format.ts'
import { parseNumber, snap, stepped, type Range } from './scale.ts'
import styles from './NumberBox.module.css'

interface NumberBoxProps {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
  readonly range: Range
  /** With its unit, while it is not edited. */
  readonly shown: string
  readonly format: (value: number) => string
  readonly disabled?: boolean
}

/** The value as a field: type, Enter to take it, Escape to leave it, arrows by one step. Out of range becomes the nearest end. */
export function NumberBox({ label, value, onChange, range, shown, format, disabled = false }: NumberBoxProps) {
  const { common: t } = useWords()
  const [draft, setDraft] = useState<string | null>(null)
  const dropped = useRef(false)
  const box = useRef<HTMLInputElement>(null)
  const editing = draft !== null
  // At once: the unit has just left the text, and with it the selection; a digit typed now would stand beside the old ones.
  useLayoutEffect(() => {
    if (editing && box.current === document.activeElement) box.current?.select()
  }, [editing])
  const { change, walk, forget } = useTaken(value, onChange)
  const take = () => {
    const typed = draft === null || dropped.current ? undefined : parseNumber(draft, groupSign())
    dropped.current = false
    setDraft(null)
    if (typed !== undefined && snap(typed, range) !== value) change(snap(typed, range))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') return take()
    const chord = event.ctrlKey || event.metaKey ? event.key.toLowerCase() : ''
    // While it is edited the text has a history of its own.
    if (draft === null && (chord === 'z' || chord === 'y')) {
      event.preventDefault()
      return walk(chord === 'y' || event.shiftKey ? 'future' : 'past')
    }
    if (event.key === 'Escape' && draft !== null) {
      event.stopPropagation()
      dropped.current = true
      return event.currentTarget.blur()
    }
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (direction === 0) return
    event.preventDefault()
    const from = draft === null ? value : (parseNumber(draft, groupSign()) ?? value)
    setDraft(null)
    change(stepped(from, direction * (event.shiftKey ? 10 : 1), range))
  }
  return (
    <input
      ref={box}
      className={styles.box}
      type="text"
      inputMode="decimal"
      aria-label={t.asNumber(label)}
      value={draft ?? shown}
      disabled={disabled}
      onFocus={(event) => {
        const text = format(value)
        setDraft(text)
        const field = event.currentTarget
        // And after a click has set its caret. By then the focus may have moved on, or something may have been typed.
        requestAnimationFrame(() => document.activeElement === field && field.value === text && field.select())
      }}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => {
        take()
        forget()
      }}
      onKeyDown={onKeyDown}
    />
  )
}

interface Taken {
  readonly past: readonly number[]
  readonly future: readonly number[]
}
const nothing: Taken = { past: [], future: [] }

/** The values that were taken during one stay in the field: Ctrl Z there takes back these, and never a stroke on the canvas. */
function useTaken(value: number, onChange: (value: number) => void) {
  const taken = useRef(nothing)
  const change = (next: number) => {
    taken.current = { past: [...taken.current.past, value], future: [] }
    onChange(next)
  }
  const walk = (to: keyof Taken) => {
    const { past, future } = taken.current
    const next = taken.current[to].at(-1)
    if (next === undefined) return
    taken.current =
      to === 'past'
        ? { past: past.slice(0, -1), future: [...future, value] }
        : { past: [...past, value], future: future.slice(0, -1) }
    onChange(next)
  }
  const forget = () => {
    taken.current = nothing
  }
  return { change, walk, forget }
}
