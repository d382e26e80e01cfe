/** Keys as the shortcut sheet writes them, in Electron's words. Pure. */

const named: Readonly<Record<string, string>> = { Ctrl: 'CmdOrCtrl', '+': 'Plus', Enter: 'Return' }

/**
 * 'Ctrl+Shift+Z' becomes 'CmdOrCtrl+Shift+Z'. Undefined on a Mac for a key without Ctrl: its menus would take the letter from every text
 * field, while elsewhere an accelerator can be shown and left to the page.
 */
export function acceleratorOf(keys: string, platform: NodeJS.Platform): string | undefined {
  const parts = keys === '+' ? ['+'] : keys.split('+')
  if (platform === 'darwin' && !parts.includes('Ctrl') && !/^F\d+$/.test(keys)) return undefined
  return parts.map((part) => named[part] ?? part).join('+')
}
