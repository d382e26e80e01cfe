import { useRef, useState, type KeyboardEvent } from 'react'
import { Menu } from '@mantine/core'
import type { MenuBar as Bar, MenuEntry } from '../../shared/shell.ts'
import { useWords } from '../i18n/index.ts'
import { keyWords } from '../i18n/key-words.ts'
import { choose, choosePhoto } from './useShell.ts'
import styles from './MenuBar.module.css'

const bare = (label: string): string => label.replace('&', '')

/** The menus of a door without a system's bar: the same entries, drawn by us. Arrows walk between and along the menus. */
export function MenuBar({ bar }: { readonly bar: Bar }) {
  const t = useWords()
  const [open, setOpen] = useState<number | null>(null)
  const place = useRef<HTMLElement>(null)
  const walk = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const target = event.target as Element
    // Within a menu an entry with a menu of its own opens it, and in that one the arrow back closes it.
    if (by === undefined || target.closest('[role="menu"] [role="menu"]') !== null) return
    if (by > 0 && target.matches('[role="menuitem"][aria-haspopup]')) return
    const tops = Array.from(place.current?.querySelectorAll<HTMLElement>('button[data-top]') ?? [])
    const at = open ?? tops.findIndex((top) => top === document.activeElement)
    const next = (at + by + tops.length) % tops.length
    event.preventDefault()
    tops[next]?.focus()
    if (open !== null) setOpen(next)
  }
  return (
    <nav ref={place} className={styles.bar} aria-label={t.menu.label}>
      {bar.menus.map(({ label, entries }, index) => (
        <Menu
          key={label}
          opened={open === index}
          onChange={(opened) => setOpen((now) => (opened ? index : now === index ? null : now))}
          position="bottom-start"
          offset={4}
          width="max-content"
          withinPortal={false}
          floatingStrategy="fixed"
          transitionProps={{ duration: 0 }}
          classNames={{ dropdown: styles.dropdown ?? '', item: styles.item ?? '', divider: styles.line ?? '' }}
        >
          <Menu.Target>
            <button
              type="button"
              className={styles.top}
              data-top
              data-open={open === index ? true : undefined}
              onKeyDown={walk}
              onMouseEnter={() => setOpen((now) => (now === null ? null : index))}
            >
              {bare(label)}
            </button>
          </Menu.Target>
          <Menu.Dropdown onKeyDown={walk}>
            <Entries entries={entries} />
          </Menu.Dropdown>
        </Menu>
      ))}
    </nav>
  )
}

function Entries({ entries }: { readonly entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) => <Entry key={keyOf(entry, index)} entry={entry} />)
}

const keyOf = (entry: MenuEntry, index: number): string =>
  entry.kind === 'line' || entry.kind === 'role'
    ? `${entry.kind} ${index}`
    : `${entry.kind} ${'id' in entry ? entry.id : entry.label}`

function Entry({ entry }: { readonly entry: MenuEntry }) {
  switch (entry.kind) {
    case 'line':
      return <Menu.Divider />
    case 'role':
      return null
    case 'photo':
      return <Menu.Item onClick={() => later(() => choosePhoto(entry.id))}>{entry.label}</Menu.Item>
    case 'command':
      return (
        <Menu.Item
          disabled={!entry.enabled}
          onClick={() => later(() => choose(entry.id))}
          rightSection={entry.keys === undefined ? undefined : <kbd className={styles.keys}>{keyWords(entry.keys)}</kbd>}
        >
          {entry.label}
        </Menu.Item>
      )
    case 'menu':
      return (
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item>{entry.label}</Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown className={styles.sub}>
            <Entries entries={entry.entries} />
          </Menu.Sub.Dropdown>
        </Menu.Sub>
      )
  }
}

/** After the menu has given the focus back. */
const later = (action: () => void): void => void setTimeout(action, 0)
