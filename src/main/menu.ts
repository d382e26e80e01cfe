import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuBar, MenuEntry } from '../shared/shell.ts'
import { acceleratorOf } from './accelerator.ts'

/**
 * The menu bar. The window says what stands in it, in the user's language (renderer/frame/menu.ts); a choice goes back to the window as an
 * event, for the commands are there. Until the window has spoken there is the least that a program needs.
 */

const mac = process.platform === 'darwin'

/** `run`: a command was chosen; `open`: a photograph that was open before. */
export interface MenuChoices {
  run(id: string): void
  open(photo: string): void
}

let choices: MenuChoices | undefined

export function startMenu(to: MenuChoices): void {
  choices = to
  const file: MenuItemConstructorOptions = { label: '&File', submenu: [mac ? { role: 'close' } : { role: 'quit' }] }
  show([file, { role: 'editMenu' }, { role: 'windowMenu' }])
}

export function showMenuBar({ menus }: MenuBar): void {
  show(menus.map(({ label, entries }) => ({ label, submenu: entries.map(itemOf) })))
}

function show(menus: MenuItemConstructorOptions[]): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate([...(mac ? [{ role: 'appMenu' as const }] : []), ...menus]))
}

/** In the name of an entry & is a letter like others: photographs are called what they are called. */
const plain = (label: string): string => label.replaceAll('&', '&&')

function itemOf(entry: MenuEntry): MenuItemConstructorOptions {
  switch (entry.kind) {
    case 'line':
      return { type: 'separator' }
    case 'role':
      return { role: entry.role, label: plain(entry.label) }
    case 'menu':
      return { label: plain(entry.label), submenu: entry.entries.map(itemOf) }
    case 'photo':
      return { label: plain(entry.label), click: () => choices?.open(entry.id) }
    case 'command': {
      const { id, label, keys, enabled } = entry
      const accelerator = keys === undefined ? undefined : acceleratorOf(keys, process.platform)
      return {
        id,
        label: plain(label),
        enabled,
        click: () => choices?.run(id),
        // Shown here and heard by the page, which alone knows whether a field or a dialog has the keys.
        ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
      }
    }
  }
}
