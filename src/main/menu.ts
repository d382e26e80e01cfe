import { Menu, type MenuItemConstructorOptions } from 'electron'

/** Small on purpose: the screens have their own commands. No zoom roles, for Ctrl+0 and Ctrl+1 belong to the editor. */
export function setMenu(): void {
  const mac: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : []
  const leave: MenuItemConstructorOptions =
    process.platform === 'darwin' ? { role: 'close' } : { role: 'quit', accelerator: 'CmdOrCtrl+Q' }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...mac,
      { label: '&File', submenu: [leave] },
      { role: 'editMenu' },
      { label: '&View', submenu: [{ role: 'togglefullscreen' }, { role: 'toggleDevTools' }] },
      { role: 'windowMenu' },
    ]),
  )
}
