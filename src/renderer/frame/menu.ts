import type { Photo } from '../../shared/api.ts'
import type { MenuBar, MenuEntry } from '../../shared/shell.ts'
import type { Messages } from '../i18n/en.ts'
import type { CommandId } from '../state/command-table.ts'
import { listCommands, type Listed, type Situation } from '../state/reach.ts'

/** The menus, of the system's bar in the app and of our own in a browser alike: every command is in exactly one of them. Pure. */

const line: MenuEntry = { kind: 'line' }

/** More would not be looked through. */
const mostRecent = 10

export function menuBarOf(situation: Situation, photos: readonly Pick<Photo, 'id' | 'name'>[], t: Messages): MenuBar {
  const left = new Map(onceEach(listCommands(situation, t)).map((command) => [command.id, command]))
  /** Takes these out of what is left: what no menu asks for stands under Commands in the end. */
  const take = (...ids: readonly CommandId[]): MenuEntry[] => ids.flatMap((id) => entriesOf(left, (command) => command.id === id))
  const group = (name: string): MenuEntry[] => entriesOf(left, (command) => command.group === name)
  const own = situation.door === 'electron'
  const role = (name: Extract<MenuEntry, { kind: 'role' }>['role'], label: string): MenuEntry[] =>
    own ? [{ kind: 'role', role: name, label }] : []

  const recent: MenuEntry[] = photos.slice(0, mostRecent).map(({ id, name }) => ({ kind: 'photo', id, label: name }))
  const file = [
    ...take('inpaint.open'),
    { kind: 'menu' as const, label: t.menu.recent, entries: recent },
    line,
    ...take('inpaint.save', 'mask.save'),
    line,
    ...take('settings'),
    ...take('quit'),
  ]
  const edit = [
    ...take('mask.undo', 'mask.redo', 'gallery.undo'),
    line,
    ...role('cut', t.menu.cut),
    ...role('copy', t.menu.copy),
    ...role('paste', t.menu.paste),
    ...role('selectAll', t.menu.selectAll),
    line,
    { kind: 'menu' as const, label: t.groups.Mask, entries: group(t.groups.Mask) },
  ]
  const view = [
    ...group(t.groups.Screens),
    line,
    ...group(t.groups.View),
    line,
    { kind: 'menu' as const, label: t.menu.theme, entries: group(t.groups.Theme) },
    ...take('full-screen'),
    ...role('toggleDevTools', t.menu.developer),
  ]
  const help = take('shortcuts', 'palette', 'about')
  const groups = [...new Set([...left.values()].map((command) => command.group))]
  const run = groups.map((name): MenuEntry => ({ kind: 'menu', label: name, entries: group(name) }))
  const window = [...role('minimize', t.menu.minimise), ...role('close', t.menu.closeWindow)]
  const menus = [
    { label: t.menu.file, entries: file },
    { label: t.menu.edit, entries: edit },
    { label: t.menu.view, entries: view },
    { label: t.menu.run, entries: run },
    { label: t.menu.window, entries: window },
    { label: t.menu.help, entries: help },
  ]
  return {
    menus: menus.map(({ label, entries }) => ({ label, entries: tidied(entries) })).filter(({ entries }) => entries.length > 0),
  }
}

/** A second command of one name and group is a second key for the first: in a menu it would be the same line twice. */
function onceEach(commands: readonly Listed[]): readonly Listed[] {
  const nameOf = ({ group, label }: Listed) => `${group}/${label}`
  const names = commands.map(nameOf)
  return commands.filter((command, index) => names.indexOf(nameOf(command)) === index)
}

function entriesOf(left: Map<string, Listed>, wanted: (command: Listed) => boolean): MenuEntry[] {
  return [...left.values()].filter(wanted).map(({ id, label, keys, reach }) => {
    left.delete(id)
    return { kind: 'command', id, label, ...(keys === undefined ? {} : { keys }), enabled: reach !== 'no' }
  })
}

/** No menu without entries, no line at an end or beside another. */
function tidied(entries: readonly MenuEntry[]): MenuEntry[] {
  const full = entries.filter((entry) => entry.kind !== 'menu' || entry.entries.length > 0)
  return full.filter(
    (entry, index) => entry.kind !== 'line' || (index > 0 && index < full.length - 1 && full[index - 1]?.kind !== 'line'),
  )
}
