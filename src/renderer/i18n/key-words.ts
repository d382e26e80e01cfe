/** Keys as they stand in front of the user: on a Mac with the signs of its keyboard. */
const mac = (globalThis.navigator?.platform ?? '').startsWith('Mac')
const signs: Readonly<Record<string, string>> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥' }

/** 'Ctrl+Shift+Z' becomes 'Ctrl Shift Z'. */
export function keyWords(keys: string, onMac = mac): string {
  const parts = keys === '+' ? ['+'] : keys.split('+')
  return onMac ? parts.map((part) => signs[part] ?? part).join(' ') : parts.join(' ')
}
