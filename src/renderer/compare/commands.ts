import { askAbove, cellCount } from '../../shared/compare.ts'
import type { Command } from '../state/commands.ts'
import { tabled } from '../state/command-table.ts'
import { drawSeed } from '../state/seed.ts'
import { attempt } from '../state/store.ts'
import { requestOf } from './draft.ts'
import { change, compareStore, start, withModel } from './session.ts'

/** What can be done on the Compare screen by name or key. */
export function compareCommands(): readonly Command[] {
  return [
    tabled('compare.run', runShown, { whileTyping: true }),
    tabled('compare.dice', newSeed),
    tabled('compare.view', () => {
      const { chosen } = compareStore.getState()
      if (chosen.length > 0) compareStore.setState({ viewing: true })
    }),
  ]
}

/** Runs exactly what the controls show; a large grid is asked about first. */
export function runShown(): void {
  const made = requestOf(withModel(compareStore.getState().draft))
  if ('problem' in made) return
  if (cellCount(made.request.axes) > askAbove) compareStore.setState({ asking: true })
  else attempt(() => start(made.request))
}

export function newSeed(): void {
  const { draft } = compareStore.getState()
  const seed = drawSeed()
  change({ generate: { ...draft.generate, seed }, fill: { ...draft.fill, seed } })
}
