import type { Messages } from '../i18n/en.ts'
import { searchCommands } from '../state/commands.ts'
import type { Listed } from '../state/reach.ts'
import { keyNames, keyWords } from '../i18n/key-words.ts'

/** What the shortcut sheet says: every command that has keys, and what hands do on the canvas. Pure. */

export interface Shortcut {
  readonly label: string
  readonly group: string
  /** As they are pressed; more than one where there is a choice. */
  readonly keys: readonly string[]
}

/** Two commands of one name and group are one line with both their keys. */
export function shortcutsOf(commands: readonly Listed[], t: Messages): readonly Shortcut[] {
  const lines: Shortcut[] = []
  for (const { label, group, keys } of commands) {
    if (keys === undefined) continue
    const at = lines.findIndex((line) => line.label === label && line.group === group)
    const same = lines[at]
    if (same === undefined) lines.push({ label, group, keys: [keyWords(keys)] })
    else lines[at] = { ...same, keys: [...same.keys, keyWords(keys)] }
  }
  return [...lines, ...handsOf(t)]
}

function handsOf({ hands, keys, sheet }: Messages): readonly Shortcut[] {
  const line = (label: string, ...pressed: readonly string[]): Shortcut => ({
    label,
    group: sheet.hands,
    keys: pressed.map((chord) => keyNames(chord)),
  })
  return [
    line(hands.wheel, keys.wheel),
    line(hands.pan, `Space ${keys.drag}`, keys.middle),
    line(hands.straight, `Shift ${keys.click}`),
    line(hands.erase, keys.right),
    line(hands.resize, `Alt ${keys.right}`, `Ctrl Alt ${keys.drag}`),
    line(hands.polygon, keys.doubleClick, 'Enter'),
    line(hands.original, `Tab ${keys.hold}`),
    line(hands.originalAlways, `\\ ${keys.hold}`),
    line(hands.arrows, keys.arrows),
    line(hands.leave, 'Escape', 'F6'),
  ]
}

/** By group, in the order of their first line; words of the query in any order, a key's name too. */
export function findShortcuts(
  shortcuts: readonly Shortcut[],
  query: string,
): readonly { group: string; lines: readonly Shortcut[] }[] {
  const found = searchCommands(
    shortcuts.map((line) => ({ label: line.label, group: line.group, keys: line.keys.join(' '), line })),
    query,
  )
  const groups = [...new Set(found.map(({ group }) => group))]
  return groups.map((group) => ({ group, lines: found.filter((one) => one.group === group).map(({ line }) => line) }))
}
