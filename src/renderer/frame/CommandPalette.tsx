import { Fragment, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { useWords } from '../i18n/index.ts'
import { bridge } from '../state/client.ts'
import { searchCommands, useCommandLists } from '../state/commands.ts'
import { usePreference } from '../state/preferences.ts'
import { listCommands, runCommand, type Listed } from '../state/reach.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import { keyWords } from '../i18n/key-words.ts'
import styles from './CommandPalette.module.css'

/** Every command of every screen by name, with its keys. Enter runs the first that is found; arrows walk the list. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const t = useWords()
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const stops = Array.from(list.current?.querySelectorAll<HTMLElement>('input, button:enabled') ?? [])
    if (move === undefined || stops.length === 0) return
    event.preventDefault()
    const at = stops.findIndex((stop) => stop === document.activeElement)
    stops[(at + move + stops.length) % stops.length]?.focus()
  }
  return (
    <Dialog label={t.palette.label} size={560} yOffset="12vh" onClose={onClose} onKeyDown={onKeyDown}>
      <Search list={list} onClose={onClose} />
    </Dialog>
  )
}

function Search({ list, onClose }: { readonly list: RefObject<HTMLDivElement | null>; readonly onClose: () => void }) {
  const t = useWords()
  const lists = useCommandLists()
  const screen = usePreference('screen')
  const [query, setQuery] = useState('')
  const all = useMemo(() => listCommands({ lists, screen, door: bridge().door }, t), [lists, screen, t])
  const found = useMemo(() => byGroup(searchCommands(all, query)), [all, query])
  const first = found.find((command) => command.reach !== 'no')
  const run = (command: Listed | undefined) => {
    if (command === undefined) return
    onClose()
    // After the dialog has given the focus back, so that the command finds it where it was.
    setTimeout(() => runCommand(command.id, t), 0)
  }
  return (
    <div ref={list}>
      <input
        className={styles.search}
        data-autofocus
        type="text"
        aria-label={t.palette.search}
        placeholder={t.palette.placeholder}
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
                disabled={command.reach === 'no'}
                onClick={() => run(command)}
              >
                <span>
                  {command.label}
                  {command.screen === undefined ? null : <small> {t.palette.on(t.screens[command.screen])}</small>}
                </span>
                {command.keys === undefined ? null : <Kbd>{keyWords(command.keys)}</Kbd>}
              </button>
            </li>
          </Fragment>
        ))}
      </ul>
      <p className={found.length === 0 ? styles.none : 'unseen'} aria-live="polite">
        {found.length === 0 ? t.palette.none(query) : t.palette.count(found.length)}
      </p>
    </div>
  )
}

/** Groups of what can be done here first, then in the order of their first command. */
function byGroup(commands: readonly Listed[]): readonly Listed[] {
  const here = new Set(commands.filter(({ reach }) => reach === 'here').map(({ group }) => group))
  const groups = [...new Set([...here, ...commands.map(({ group }) => group)])]
  return groups.flatMap((group) => commands.filter((command) => command.group === group))
}
