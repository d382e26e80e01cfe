import { Fragment, useMemo, useState, type KeyboardEvent } from 'react'
import { Modal } from '@mantine/core'
import { searchCommands, useCommandLists, type Command } from '../state/commands.ts'
import { Kbd } from '../ui/Kbd.tsx'
import styles from './CommandPalette.module.css'

/** Every command by name, with its keys: palette and shortcut sheet in one. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={520}
      yOffset="12vh"
      title={null}
      aria-label="Commands and shortcuts"
      classNames={{ content: styles.content ?? '' }}
      transitionProps={{ duration: 90 }}
    >
      <Search onClose={onClose} />
    </Modal>
  )
}

function Search({ onClose }: { readonly onClose: () => void }) {
  const lists = useCommandLists()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const found = useMemo(() => grouped(searchCommands(lists.flat(), query)), [lists, query])
  const chosen = found[Math.min(at, found.length - 1)]
  const run = (command: Command | undefined) => {
    if (command === undefined || command.enabled === false) return
    onClose()
    // After the dialog has given the focus back, so that the command finds it where it was.
    setTimeout(() => command.run(), 0)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (event.key === 'Enter') run(chosen)
    else if (move !== 0) setAt((Math.min(at, found.length - 1) + move + found.length) % Math.max(1, found.length))
    else return
    event.preventDefault()
  }
  return (
    <>
      <input
        className={styles.search}
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={chosen === undefined ? undefined : `command-${chosen.id}`}
        aria-label="Search commands"
        placeholder="Search commands and shortcuts"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id="palette-list" role="listbox" aria-label="Commands" className={styles.list}>
        {found.map((command, index) => (
          <Fragment key={command.id}>
            {command.group === found[index - 1]?.group ? null : (
              <div className={styles.group} role="presentation">
                {command.group}
              </div>
            )}
            <Row command={command} chosen={command === chosen} onHover={() => setAt(index)} onRun={() => run(command)} />
          </Fragment>
        ))}
      </div>
      {found.length === 0 ? <p className={styles.none}>Nothing is called “{query}”.</p> : null}
    </>
  )
}

function Row({ command, chosen, onHover, onRun }: { command: Command; chosen: boolean; onHover: () => void; onRun: () => void }) {
  return (
    <div
      id={`command-${command.id}`}
      role="option"
      aria-selected={chosen}
      aria-disabled={command.enabled === false}
      className={styles.row}
      ref={(element) => {
        if (chosen) element?.scrollIntoView({ block: 'nearest' })
      }}
      onPointerMove={chosen ? undefined : onHover}
      onClick={onRun}
    >
      <span>{command.label}</span>
      {command.keys === undefined ? null : <Kbd>{command.keys.replaceAll('+', ' ').trim() || '+'}</Kbd>}
    </div>
  )
}

/** By group, groups in the order of their first command. */
function grouped(commands: readonly Command[]): readonly Command[] {
  const groups = [...new Set(commands.map((command) => command.group))]
  return groups.flatMap((group) => commands.filter((command) => command.group === group))
}
