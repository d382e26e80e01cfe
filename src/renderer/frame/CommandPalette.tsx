import { Fragment, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { searchCommands, useCommandLists, type Command } from '../state/commands.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import styles from './CommandPalette.module.css'

/** Every command by name, with its keys: palette and shortcut sheet in one. Enter runs the first that is found; arrows walk the list. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const stops = Array.from(list.current?.querySelectorAll<HTMLElement>('input, button') ?? [])
    if (move === undefined || stops.length === 0) return
    event.preventDefault()
    const at = stops.findIndex((stop) => stop === document.activeElement)
    stops[(at + move + stops.length) % stops.length]?.focus()
  }
  return (
    <Dialog label="Commands and shortcuts" size={520} yOffset="12vh" onClose={onClose} onKeyDown={onKeyDown}>
      <Search list={list} onClose={onClose} />
    </Dialog>
  )
}

function Search({ list, onClose }: { readonly list: RefObject<HTMLDivElement | null>; readonly onClose: () => void }) {
  const lists = useCommandLists()
  const [query, setQuery] = useState('')
  const found = useMemo(() => byGroup(searchCommands(lists.flat(), query)), [lists, query])
  const first = found.find((command) => command.enabled !== false)
  const run = (command: Command | undefined) => {
    if (command === undefined) return
    onClose()
    // After the dialog has given the focus back, so that the command finds it where it was.
    setTimeout(() => command.run(), 0)
  }
  return (
    <div ref={list}>
      <input
        className={styles.search}
        data-autofocus
        type="text"
        aria-label="Search commands"
        placeholder="Search commands and shortcuts"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && run(first)}
      />
      <ul className={styles.list}>
        {found.map((command, index) => (
          <Fragment key={command.id}>
            {command.group === found[index - 1]?.group ? null : <li className={styles.group}>{command.group}</li>}
            <li>
              <button
                type="button"
                className={styles.row}
                data-first={command === first ? true : undefined}
                disabled={command.enabled === false}
                onClick={() => run(command)}
              >
                <span>{command.label}</span>
                {command.keys === undefined ? null : <Kbd>{command.keys.replaceAll('+', ' ').trim() || '+'}</Kbd>}
              </button>
            </li>
          </Fragment>
        ))}
      </ul>
      <p className={found.length === 0 ? styles.none : 'unseen'} aria-live="polite">
        {found.length === 0 ? `Nothing is called “${query}”.` : `${found.length} commands`}
      </p>
    </div>
  )
}

/** Groups in the order of their first command. */
function byGroup(commands: readonly Command[]): readonly Command[] {
  const groups = [...new Set(commands.map((command) => command.group))]
  return groups.flatMap((group) => commands.filter((command) => command.group === group))
}
