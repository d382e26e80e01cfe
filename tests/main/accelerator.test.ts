import { describe, expect, it } from 'vitest'
import { acceleratorOf } from '../../src/main/accelerator.ts'
import { commandTable } from '../../src/renderer/state/command-table.ts'

/** Electron's own grammar of accelerators, from its documentation: what is not in it throws when a menu is built. */
const modifiers = new Set(['CmdOrCtrl', 'Shift', 'Alt'])
const isKey = (key: string) => /^([A-Z0-9]|F\d{1,2}|[!-/:-@[-`{-~]|Plus|Space|Tab|Return|Backspace|Delete|Escape)$/.test(key)

describe.each(['linux', 'win32', 'darwin'] as const)('on %s', (platform) => {
  const keys = Object.values(commandTable).flatMap((entry) => entry.keys ?? [])
  it.each(keys)('%s is one that the system understands', (pressed) => {
    const accelerator = acceleratorOf(pressed, platform)
    if (accelerator === undefined) {
      expect(platform).toBe('darwin')
      expect(pressed).not.toContain('Ctrl')
      return
    }
    const parts = accelerator.split('+')
    expect(parts.slice(0, -1).filter((part) => !modifiers.has(part))).toEqual([])
    expect(parts.at(-1)).toSatisfy(isKey)
  })
})

it('the words are the system’s, the keys are those of the sheet', () => {
  expect(acceleratorOf('Ctrl+Shift+Z', 'linux')).toBe('CmdOrCtrl+Shift+Z')
  expect(acceleratorOf('Ctrl+Enter', 'win32')).toBe('CmdOrCtrl+Return')
  expect(acceleratorOf('G', 'linux')).toBe('G')
  expect(acceleratorOf('G', 'darwin')).toBeUndefined()
  expect(acceleratorOf('F11', 'darwin')).toBe('F11')
  expect(acceleratorOf('+', 'linux')).toBe('Plus')
})
