import { words } from './index.ts'

/** Keys as they stand in front of the user: as the keyboards of the language print them, on a Mac with the signs of its keyboard. */
const mac = (globalThis.navigator?.platform ?? '').startsWith('Mac')
const signs: Readonly<Record<string, string>> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥' }

/** 'Ctrl+Shift+Z' becomes 'Ctrl Shift Z'. */
export function keyWords(keys: string, onMac = mac): string {
  return keyNames((keys === '+' ? ['+'] : keys.split('+')).join(' '), onMac)
}

/** 'Ctrl Enter' as it is called here; what is no key of its own name stays as it is. */
export function keyNames(text: string, onMac = mac): string {
  const names: Readonly<Record<string, string>> = { ...words().keyNames, ...(onMac ? signs : {}) }
  return text
    .split(' ')
    .map((part) => names[part] ?? part)
    .join(' ')
}
