import { describe, expect, it } from 'vitest'
import { en } from '../../src/renderer/i18n/en.ts'
import { de } from '../../src/renderer/i18n/de.ts'
import { frameCommands } from '../../src/renderer/frame/commands.ts'
import { menuBarOf } from '../../src/renderer/frame/menu.ts'
import { findShortcuts, shortcutsOf } from '../../src/renderer/frame/sheet.ts'
import { keyWords } from '../../src/renderer/i18n/key-words.ts'
import { galleryCommands } from '../../src/renderer/gallery/commands.ts'
import { compareCommands } from '../../src/renderer/compare/commands.ts'
import { generateCommands } from '../../src/renderer/generate/GenerateScreen.tsx'
import { inpaintCommands } from '../../src/renderer/inpaint/commands.ts'
import type { OpenPhoto } from '../../src/renderer/inpaint/session.ts'
import { commandTable, type CommandEntry, type CommandId } from '../../src/renderer/state/command-table.ts'
import { addCommands, commandStore, type Command } from '../../src/renderer/state/commands.ts'
import { preferencesStore } from '../../src/renderer/state/preferences.ts'
import { listCommands, runCommand, type Situation } from '../../src/renderer/state/reach.ts'
import { appStore } from '../../src/renderer/state/store.ts'
import { menuBar, type MenuEntry } from '../../src/shared/shell.ts'

const nothing = () => undefined
// Commands are made here, none is run: of the photograph only whether it has transparent parts is asked.
const photo = { photo: { info: { channels: 4 } }, editor: {} } as unknown as OpenPhoto
const frame = frameCommands(nothing, 'electron')
const ofScreens: Readonly<Record<string, readonly Command[]>> = {
  generate: generateCommands(),
  gallery: galleryCommands(),
  compare: compareCommands(),
  inpaint: inpaintCommands(photo, { fill: nothing, openFile: nothing }),
}
const live = [frame, ...Object.values(ofScreens)]
const onInpaint: Situation = { lists: [frame, ofScreens['inpaint'] ?? []], screen: 'inpaint', door: 'electron' }

describe('the table of commands', () => {
  it('says of every command what its screen says: its name, its group and its keys', () => {
    const said = live.flat().map(({ id, label, group, keys = 'no keys' }) => `${id}: ${label}, ${group}, ${keys}`)
    const tabled = (Object.entries(commandTable) as [CommandId, CommandEntry][]).map(
      ([id, { group, keys = 'no keys' }]) => `${id}: ${en.commands[id]}, ${group}, ${keys}`,
    )
    // To mend: a line of src/renderer/state/command-table.ts and its name in src/renderer/i18n, as the screen has it.
    expect({
      missingInTheTable: said.filter((line) => !tabled.includes(line)),
      missingOnTheScreens: tabled.filter((line) => !said.includes(line)),
    }).toEqual({ missingInTheTable: [], missingOnTheScreens: [] })
  })
  it('says by which screen each is carried out', () => {
    for (const [screen, commands] of Object.entries(ofScreens))
      for (const { id } of commands) expect([id, commandTable[id as CommandId]?.screen]).toEqual([id, screen])
    for (const { id } of frame) expect([id, commandTable[id as CommandId]?.screen]).toEqual([id, undefined])
  })
  it('has no key twice where both could be meant', () => {
    const entries = Object.entries(commandTable)
    for (const [id, { keys, screen }] of entries) {
      const same = entries.filter(
        ([, other]) => keys !== undefined && other.keys === keys && (other.screen ?? screen) === (screen ?? other.screen),
      )
      expect(same.map(([other]) => other)).toEqual(keys === undefined ? [] : [id])
    }
  })
})

/** Every entry, with the menus it stands in. */
function walk(entries: readonly MenuEntry[], into: MenuEntry[] = []): readonly MenuEntry[] {
  for (const entry of entries) {
    into.push(entry)
    if (entry.kind === 'menu') walk(entry.entries, into)
  }
  return into
}
const entriesOf = (situation: Situation, photos: readonly { id: string; name: string }[] = [], t = en) =>
  menuBarOf(situation, photos, t).menus.flatMap(({ entries }) => walk(entries))

describe.each(['electron', 'serve'] as const)('the menus of %s', (door) => {
  const situation = { ...onInpaint, door }
  const commands = entriesOf(situation).flatMap((entry) => (entry.kind === 'command' ? [entry] : []))
  it('reach every command of every screen, once, by the name and keys of the sheet', () => {
    const listed = listCommands(situation, en)
    // Ctrl+Y is another key for Redo and no second line.
    const lines = listed.filter(({ id }) => id !== 'mask.redo-y')
    expect(commands.map(({ id }) => id).toSorted()).toEqual(lines.map(({ id }) => id).toSorted())
    const sheet = shortcutsOf(listed, en)
    for (const { label, keys } of commands) {
      const line = sheet.find((one) => one.label === label)
      expect([label, line?.keys.includes(keyWords(keys ?? '')) ?? false]).toEqual([label, keys !== undefined])
    }
  })
  it('leave to the system what the system does, in its own door alone', () => {
    const roles = entriesOf(situation).filter(({ kind }) => kind === 'role')
    expect(roles.length > 0).toBe(door === 'electron')
    expect(commands.some(({ id }) => id === 'quit')).toBe(door === 'electron')
  })
  it('are what the shell takes, in both languages, with photographs of any name', () => {
    const photos = Array.from({ length: 14 }, (_, i) => ({ id: `${i}`, name: `Tom & Jerry ${i}.jpg` }))
    for (const t of [en, de]) {
      const bar = menuBarOf(situation, photos, t)
      expect(menuBar.parse(bar)).toEqual(bar)
      expect(entriesOf(situation, photos, t).filter(({ kind }) => kind === 'photo')).toHaveLength(10)
    }
  })
  it('have no menu without entries, and no line at an end or beside another', () => {
    const check = (entries: readonly MenuEntry[]) => {
      expect(entries.length).toBeGreaterThan(0)
      entries.forEach((entry, index) => {
        if (entry.kind === 'line') expect([entries[index - 1]?.kind, entries[index + 1]?.kind]).not.toContain('line')
        if (entry.kind === 'menu') check(entry.entries)
      })
      expect([entries.at(0)?.kind, entries.at(-1)?.kind]).not.toContain('line')
    }
    for (const { entries } of menuBarOf(situation, [], en).menus) check(entries)
  })
})

describe('a command that is not on this screen', () => {
  const reachOf = (situation: Situation, id: string) => listCommands(situation, en).find((command) => command.id === id)?.reach
  it('is elsewhere, or cannot be done now', () => {
    expect(reachOf(onInpaint, 'inpaint.fill')).toBe('here')
    expect(reachOf(onInpaint, 'generate-run')).toBe('elsewhere')
    const without = { ...onInpaint, lists: [frame, inpaintCommands(null, { fill: nothing, openFile: nothing })] }
    expect(reachOf(without, 'inpaint.fill')).toBe('no')
    expect(reachOf(without, 'inpaint.open')).toBe('here')
    const disabled = frame.map((command) => ({ ...command, enabled: false }))
    expect(reachOf({ ...onInpaint, lists: [disabled] }, 'theme-dark')).toBe('no')
  })
  it('is listed too when it is in no table, as its screen names it', () => {
    const own: Command = { id: 'other.thing', label: 'A thing', group: 'Other', keys: 'Q', run: nothing }
    expect(listCommands({ ...onInpaint, lists: [[own]] }, de).at(-1)).toEqual({
      id: 'other.thing',
      label: 'A thing',
      group: 'Other',
      keys: 'Q',
      reach: 'here',
    })
  })
  it('is run by its screen as soon as that brings it', () => {
    const ran: string[] = []
    preferencesStore.setState({ screen: 'inpaint' })
    runCommand('generate-run', en)
    expect(preferencesStore.getState().screen).toBe('generate')
    expect(ran).toEqual([])
    const stop = addCommands(generateCommands().map((command) => ({ ...command, run: () => ran.push(command.id) })))
    expect(ran).toEqual(['generate-run'])
    stop()
    expect(commandStore.getState().lists).toEqual([])
  })
  it('says so when its screen does not bring it', () => {
    preferencesStore.setState({ screen: 'generate' })
    runCommand('mask.grow', en)
    const stop = addCommands(inpaintCommands(null, { fill: nothing, openFile: nothing }))
    expect(appStore.getState().notices.at(-1)?.message).toBe('“Grow the mask” is for a photograph: open one first.')
    stop()
  })
})

it('the sheet is found by name and by key, and one line holds both keys of one thing', () => {
  const sheet = shortcutsOf(listCommands(onInpaint, en), en)
  const find = (query: string) => findShortcuts(sheet, query).flatMap(({ lines }) => lines.map(({ label }) => label))
  expect(sheet.filter(({ label }) => label === 'Redo')).toEqual([
    { label: 'Redo', group: 'Mask', keys: ['Ctrl Shift Z', 'Ctrl Y'] },
  ])
  expect(find('redo ctrl y')).toEqual(['Redo'])
  expect(find('shift click')).toEqual(['Straight line from the last stroke'])
  expect(find('nothing of the sort')).toEqual([])
})

it('a Mac sees its own keys', () => {
  expect(keyWords('Ctrl+Shift+Z', true)).toBe('⌘ ⇧ Z')
  expect(keyWords('Ctrl+=', false)).toBe('Ctrl =')
  expect(keyWords('+', false)).toBe('+')
})
