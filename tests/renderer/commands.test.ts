import { describe, expect, it } from 'vitest'
import {
  addCommands,
  commandFor,
  commandStore,
  searchCommands,
  type Command,
  type KeyPress,
} from '../../src/renderer/state/commands.ts'

const command = (id: string, keys?: string, more: Partial<Command> = {}): Command => ({
  id,
  label: id,
  group: 'Test',
  run: () => undefined,
  ...(keys === undefined ? {} : { keys }),
  ...more,
})
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrl: false,
  shift: false,
  alt: false,
  typing: false,
  ...more,
})
const found = (list: readonly Command[], pressed: KeyPress) => commandFor([list], pressed)?.id

describe('a key finds its command', () => {
  const list = [
    command('go', 'G'),
    command('run', 'Ctrl+Enter', { whileTyping: true }),
    command('undo', 'Ctrl+Z'),
    command('redo', 'Ctrl+Shift+Z'),
    command('help', '?'),
    command('bigger', ']'),
    command('plus', '+'),
  ]
  it.each([
    ['go', press('g')],
    ['run', press('Enter', { ctrl: true })],
    ['undo', press('z', { ctrl: true })],
    ['redo', press('Z', { ctrl: true, shift: true })],
    ['help', press('?', { shift: true })],
    ['bigger', press(']')],
    ['plus', press('+', { shift: true })],
  ])('%s', (id, pressed) => expect(found(list, pressed)).toBe(id))
  it.each([
    ['without its Ctrl', press('Enter')],
    ['with a Ctrl too many', press('g', { ctrl: true })],
    ['with a Shift too many', press('G', { shift: true })],
    ['with Alt', press('g', { alt: true })],
  ])('but not %s', (_name, pressed) => expect(found(list, pressed)).toBeUndefined())
  it('leaves bare keys to a field that takes text, but not the chords', () => {
    expect(found(list, press('g', { typing: true }))).toBeUndefined()
    expect(found(list, press('Enter', { typing: true, ctrl: true }))).toBe('run')
    expect(found([command('esc', 'Escape', { whileTyping: true })], press('Escape', { typing: true }))).toBe('esc')
  })
  it('leaves the chords that edit text to the field too, unless they are said to work there', () => {
    expect(found(list, press('z', { typing: true, ctrl: true }))).toBeUndefined()
    expect(found(list, press('Z', { typing: true, ctrl: true, shift: true }))).toBeUndefined()
    expect(found([command('all', 'Ctrl+A')], press('a', { typing: true, ctrl: true }))).toBeUndefined()
    expect(found([command('new', 'Alt+A')], press('a', { typing: true, alt: true }))).toBe('new')
    expect(found([command('own', 'Ctrl+Z', { whileTyping: true })], press('z', { typing: true, ctrl: true }))).toBe('own')
  })
  it('passes over what is not enabled, and lets the newest list win', () => {
    expect(commandFor([[command('old', 'G')], [command('new', 'G')]], press('g'))?.id).toBe('new')
    expect(commandFor([[command('old', 'G')], [command('new', 'G', { enabled: false })]], press('g'))?.id).toBe('old')
  })
})

it('search takes words in any order, from group, label and keys', () => {
  const list = [command('Generate pictures', 'Ctrl+Enter'), command('Light theme')]
  expect(searchCommands(list, 'pict gen').map(({ id }) => id)).toEqual(['Generate pictures'])
  expect(searchCommands(list, 'test').length).toBe(2)
  expect(searchCommands(list, 'ctrl').length).toBe(1)
  expect(searchCommands(list, 'nothing')).toEqual([])
})

it('takes a list away again', () => {
  const before = commandStore.getState().lists.length
  const stop = addCommands([command('x')])
  expect(commandStore.getState().lists.length).toBe(before + 1)
  stop()
  expect(commandStore.getState().lists.length).toBe(before)
})
