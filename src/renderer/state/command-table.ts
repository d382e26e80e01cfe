import { en, type Messages } from '../i18n/en.ts'
import type { Command } from './commands.ts'
import type { ScreenName } from './preferences.ts'

/**
 * Every command of every screen with its keys: palette, shortcut sheet and menus are made from this table alone, also while the screen that
 * carries a command out is not shown. What a command does is said by that screen (`useCommands`); its name stands in i18n. A test holds what
 * the screens say against this table.
 */
export type CommandId = keyof Messages['commands']
export type GroupName = keyof Messages['groups']

export interface CommandEntry {
  readonly group: GroupName
  readonly keys?: string
  /** Who carries it out; without one the frame does, on every screen. */
  readonly screen?: ScreenName
  /** Only while a photograph is open. */
  readonly photo?: true
  /** Only in that door. */
  readonly door?: 'electron'
}

const entry = (group: GroupName, keys: string | undefined, more: Omit<CommandEntry, 'group' | 'keys'> = {}): CommandEntry => ({
  group,
  ...(keys === undefined ? {} : { keys }),
  ...more,
})
const frame = (group: GroupName, keys?: string) => entry(group, keys)
const generate = (keys: string) => entry('Generate', keys, { screen: 'generate' })
const compare = (keys?: string) => entry('Compare', keys, { screen: 'compare' })
const gallery = (keys?: string) => entry('Gallery', keys, { screen: 'gallery' })
const photo = (group: GroupName, keys?: string) => entry(group, keys, { screen: 'inpaint', photo: true })

export const commandTable: Readonly<Record<CommandId, CommandEntry>> = {
  'go-generate': frame('Screens', 'G'),
  'go-inpaint': frame('Screens', 'I'),
  'go-compare': frame('Screens', 'C'),
  'go-gallery': frame('Screens', 'Shift+G'),
  settings: frame('Screens', ','),
  palette: frame('Program', 'Ctrl+K'),
  shortcuts: frame('Program', '?'),
  about: frame('Program'),
  'full-screen': frame('Program', 'F11'),
  quit: entry('Program', 'Ctrl+Q', { door: 'electron' }),
  'theme-dark': frame('Theme'),
  'theme-light': frame('Theme'),
  'theme-contrast': frame('Theme'),
  'theme-system': frame('Theme'),
  'generate-run': generate('Ctrl+Enter'),
  'generate-surprise': generate('S'),
  'generate-dice': generate('D'),
  'generate-lock': generate('L'),
  'compare.run': compare('Ctrl+Enter'),
  'compare.dice': compare('D'),
  'compare.view': compare('V'),
  'gallery.search': gallery('/'),
  'gallery.favourite': gallery('F'),
  'gallery.all': gallery('Ctrl+A'),
  'gallery.trash': gallery('Delete'),
  'gallery.undo': gallery('Ctrl+Z'),
  'gallery.again': gallery('R'),
  'gallery.vary': gallery('V'),
  'gallery.settings': gallery('U'),
  'gallery.inpaint': gallery(),
  'gallery.sheet': gallery(),
  'gallery.where': gallery(),
  'inpaint.open': entry('Inpaint', 'Ctrl+O', { screen: 'inpaint' }),
  'inpaint.fill': photo('Inpaint', 'Ctrl+Enter'),
  'inpaint.next': photo('Inpaint', 'N'),
  'inpaint.previous': photo('Inpaint', 'Shift+N'),
  'inpaint.keep': photo('Inpaint', 'K'),
  'inpaint.reject': photo('Inpaint', 'Delete'),
  'inpaint.heat': photo('Inpaint', 'D'),
  'inpaint.many': photo('Inpaint'),
  'inpaint.save': photo('Inpaint', 'Ctrl+S'),
  'inpaint.continue': photo('Inpaint'),
  'inpaint.mask': photo('Inpaint', 'M'),
  'mask.brush': photo('Mask', 'B'),
  'mask.eraser': photo('Mask', 'E'),
  'mask.rectangle': photo('Mask', 'R'),
  'mask.ellipse': photo('Mask', 'O'),
  'mask.lasso': photo('Mask', 'L'),
  'mask.polygon': photo('Mask', 'P'),
  'mask.wand': photo('Mask', 'W'),
  'mask.hand': photo('Mask', 'H'),
  'mask.swap': photo('Mask', 'X'),
  'mask.smaller': photo('Mask', '['),
  'mask.larger': photo('Mask', ']'),
  'mask.softer': photo('Mask', '{'),
  'mask.harder': photo('Mask', '}'),
  'mask.undo': photo('Mask', 'Ctrl+Z'),
  'mask.redo': photo('Mask', 'Ctrl+Shift+Z'),
  'mask.redo-y': photo('Mask', 'Ctrl+Y'),
  'mask.invert': photo('Mask', 'Ctrl+I'),
  'mask.clear': photo('Mask', 'Ctrl+D'),
  'mask.fill': photo('Mask', 'Shift+Backspace'),
  'mask.grow': photo('Mask', 'Ctrl+]'),
  'mask.shrink': photo('Mask', 'Ctrl+['),
  'mask.new': photo('Mask', 'Alt+N'),
  'mask.next': photo('Mask', 'Alt+]'),
  'mask.previous': photo('Mask', 'Alt+['),
  'mask.solo': photo('Mask', 'Alt+H'),
  'mask.delete': photo('Mask'),
  'mask.preset-centre': photo('Mask'),
  'mask.preset-left': photo('Mask'),
  'mask.preset-right': photo('Mask'),
  'mask.preset-top': photo('Mask'),
  'mask.preset-bottom': photo('Mask'),
  'mask.preset-genhalf': photo('Mask'),
  'mask.preset-every-other-line': photo('Mask'),
  'mask.preset-super-resolve-2x': photo('Mask'),
  'mask.preset-expand': photo('Mask'),
  'mask.preset-all': photo('Mask'),
  'mask.preset-thin-strokes': photo('Mask'),
  'mask.preset-thick-strokes': photo('Mask'),
  'mask.from-file': photo('Mask'),
  'mask.from-alpha': photo('Mask'),
  'mask.save': photo('Mask'),
  'view.fit': photo('View', 'Ctrl+0'),
  'view.actual': photo('View', 'Ctrl+1'),
  'view.in': photo('View', 'Ctrl+='),
  'view.out': photo('View', 'Ctrl+-'),
}

export const isTabled = (id: string): id is CommandId => Object.hasOwn(commandTable, id)

/** What stands in the table, and what it does. */
export function tabled(id: CommandId, run: () => void, more: Pick<Command, 'whileTyping' | 'enabled'> = {}): Command {
  const { group, keys } = commandTable[id]
  return { id, label: en.commands[id], group, ...(keys === undefined ? {} : { keys }), ...more, run }
}
