import type { Messages } from '../i18n/en.ts'
import { commandStore, type Command } from './commands.ts'
import { commandTable, isTabled, type CommandEntry, type CommandId } from './command-table.ts'
import { goTo, preferencesStore, type ScreenName } from './preferences.ts'
import { notify } from './store.ts'

/** Commands as palette, sheet and menus list them: those of the table and whatever else a shown screen offers, each with the way to it. */
export interface Listed {
  readonly id: string
  readonly label: string
  readonly group: string
  readonly keys?: string
  /** here: can be run now. elsewhere: its screen is shown first. no: its screen is shown and does not offer it now. */
  readonly reach: 'here' | 'elsewhere' | 'no'
  /** Where it is carried out, when that is not here. */
  readonly screen?: ScreenName
}

export interface Situation {
  readonly lists: readonly (readonly Command[])[]
  readonly screen: ScreenName
  readonly door: 'electron' | 'serve'
}

/** In the order of the table, then what is in no table. Pure. */
export function listCommands({ lists, screen, door }: Situation, t: Messages): readonly Listed[] {
  const live = new Map(lists.flat().map((command) => [command.id, command]))
  const tabled = (Object.entries(commandTable) as [CommandId, CommandEntry][])
    .filter(([, entry]) => entry.door === undefined || entry.door === door)
    .map(([id, { group, keys, screen: on }]): Listed => {
      const command = live.get(id)
      const here = command !== undefined && command.enabled !== false
      const elsewhere = !here && on !== undefined && on !== screen
      return {
        id,
        label: t.commands[id],
        group: t.groups[group],
        ...(keys === undefined ? {} : { keys }),
        reach: here ? 'here' : elsewhere ? 'elsewhere' : 'no',
        ...(elsewhere ? { screen: on } : {}),
      }
    })
  const others = [...live.values()]
    .filter(({ id }) => !isTabled(id))
    .map(({ id, label, group, keys, enabled }): Listed => ({
      id,
      label,
      group: t.groups[group as keyof Messages['groups']] ?? group,
      ...(keys === undefined ? {} : { keys }),
      reach: enabled === false ? 'no' : 'here',
    }))
  return [...tabled, ...others]
}

/** How long a screen that was just asked for may take to bring its commands: it may have to be loaded first. */
const patienceMs = 5000

const liveCommand = (id: string): Command | undefined =>
  commandStore
    .getState()
    .lists.toReversed()
    .flat()
    .find((command) => command.id === id && command.enabled !== false)

/** Carries a command out, on its own screen where it has one. What cannot be done is said in the corner. */
export function runCommand(id: string, t: Messages): void {
  const command = liveCommand(id)
  if (command !== undefined) {
    command.run()
    return
  }
  if (!isTabled(id)) return
  const { screen, photo } = commandTable[id]
  const sorry = () => notify((photo === true ? t.palette.needsPhoto : t.palette.gone)(t.commands[id]))
  if (screen === undefined || screen === preferencesStore.getState().screen) {
    sorry()
    return
  }
  goTo(screen)
  const give = (end: () => void) => {
    clearTimeout(timer)
    stop()
    end()
  }
  const stop = commandStore.subscribe(() => {
    const come = liveCommand(id)
    if (come !== undefined) give(() => come.run())
    // The screen is there with its own commands, and this one is not among them.
    else if (
      commandStore
        .getState()
        .lists.flat()
        .some((other) => isTabled(other.id) && commandTable[other.id].screen === screen)
    )
      give(sorry)
  })
  const timer = setTimeout(() => give(sorry), patienceMs)
}
