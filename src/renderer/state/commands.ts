import { useLayoutEffect } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** Everything a user can do by name or key: one list feeds the keyboard, the command palette and the shortcut sheet. */
export interface Command {
  readonly id: string
  readonly label: string
  /** Heading in the palette: 'Generate', 'Mask', 'View'. */
  readonly group: string
  /** 'Ctrl+Enter', 'Shift+[', 'G'. Cmd stands for Ctrl on a Mac. */
  readonly keys?: string
  /** Works while the user types into a field. Without it a bare key is left to the field, and so is a chord that edits text. */
  readonly whileTyping?: boolean
  readonly enabled?: boolean
  run(): void
}

export const commandStore = createStore<{ readonly lists: readonly (readonly Command[])[] }>(() => ({ lists: [] }))

/** Adds commands; returns what takes them away. Later lists win over earlier ones for the same keys. */
export function addCommands(list: readonly Command[]): () => void {
  commandStore.setState(({ lists }) => ({ lists: [...lists, list] }))
  return () => commandStore.setState(({ lists }) => ({ lists: lists.filter((other) => other !== list) }))
}

/** Commands of a mounted component: there as soon as it is to be seen, however quick the hand. `list` must be memoised. */
export function useCommands(list: readonly Command[]): void {
  useLayoutEffect(() => addCommands(list), [list])
}

/** Memoised by its caller; zustand wants the same reference from the same state. */
export const useCommandLists = (): readonly (readonly Command[])[] => useStore(commandStore, (state) => state.lists)

export interface KeyPress {
  readonly key: string
  readonly ctrl: boolean
  readonly shift: boolean
  readonly alt: boolean
  /** Is the target a field that takes text? */
  readonly typing: boolean
}

/** The command of a key press, if any. `Shift` counts only where the key's own letter does not already hold it ("?"). */
export function commandFor(lists: readonly (readonly Command[])[], press: KeyPress): Command | undefined {
  for (const list of lists.toReversed()) {
    for (const command of list) {
      if (command.keys === undefined || command.enabled === false || !matches(command.keys, press)) continue
      if (press.typing && command.whileTyping !== true && isOfField(press)) continue
      return command
    }
  }
  return undefined
}

/** What a field that takes text does by itself: letters, and the chords that edit. Its Ctrl+Z takes back what was typed, never a stroke. */
function isOfField({ key, ctrl, alt }: KeyPress): boolean {
  if (alt) return false
  return !ctrl || ['a', 'c', 'v', 'x', 'y', 'z'].includes(key.toLowerCase())
}

function matches(keys: string, press: KeyPress): boolean {
  const parts = keys === '+' ? ['+'] : keys.split('+')
  const key = parts.at(-1) ?? ''
  const shiftMatters = key.length > 1 || /[a-z]/i.test(key)
  return (
    key.toLowerCase() === press.key.toLowerCase() &&
    parts.includes('Ctrl') === press.ctrl &&
    parts.includes('Alt') === press.alt &&
    (!shiftMatters || parts.includes('Shift') === press.shift)
  )
}

/** Words of the query, each found somewhere in group and label, in any order; a shortcut's letters count too. */
export function searchCommands<C extends Pick<Command, 'label' | 'group' | 'keys'>>(
  commands: readonly C[],
  query: string,
): readonly C[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return commands.filter((command) => {
    const text = `${command.group} ${command.label} ${command.keys ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
