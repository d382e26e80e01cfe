import { planLevels, samplerCalls, samplers, trainedLevels } from '../../core/index.ts'
import { seedLimit, type GenerateRequest, type InpaintSettings, type Resolved } from '../../shared/request.ts'
import { firstCalls } from '../fills.ts'
import type { Models } from '../models.ts'
import { checkGenerate, checkInpaint, type Checked } from '../request.ts'
import type { Fields } from './fitted.ts'

/**
 * The requests of cells, checked as those of single runs are, with what each costs. A seed decides nothing of either, nor do photograph and mask:
 * cells that differ in these alone are checked once, so that a comparison of many seeds or photographs is planned as fast as it is counted.
 */
export interface Checks {
  /** Rejects with code `request` or `model`, as the check does. */
  generate(input: Fields): Promise<Known<GenerateRequest>>
  inpaint(input: Fields): Promise<Known<InpaintSettings>>
}

interface Known<S extends GenerateRequest | InpaintSettings> {
  readonly checked: Checked<Resolved<S>>
  /** Model calls of one picture; of a fill for each window, before what refines it. */
  readonly calls: number
  /** Found on the way, and a guess therefore. */
  readonly about: boolean
}

export function createChecks(models: Pick<Models, 'find'>): Checks {
  return {
    generate: onceForAllSeeds(async (input) => {
      const checked = await checkGenerate(input, models)
      return { checked, ...generateCalls(checked) }
    }),
    inpaint: onceForAllSeeds(async (input) => {
      const checked = await checkInpaint(input, models)
      return { checked, calls: firstCalls(checked), about: false }
    }),
  }
}

function onceForAllSeeds<S extends GenerateRequest | InpaintSettings>(
  check: (input: Fields) => Promise<Known<S>>,
): (input: Fields) => Promise<Known<S>> {
  const known = new Map<string, Promise<Known<S>>>()
  return async (input) => {
    const { seed, ...others } = input
    // A seed that is none, or leaves no room for those after it, is refused by its own check.
    if (typeof seed !== 'number' || !Number.isSafeInteger(seed) || seed < 0 || seed > seedLimit / 2) return check(input)
    const key = JSON.stringify(Object.entries(others).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const found = known.get(key) ?? check(input)
    known.set(key, found)
    const { checked, ...cost } = await found
    return { ...cost, checked: { ...checked, settings: { ...checked.settings, seed } } }
  }
}

/** Levels above 0 that are walked. */
function visited({ model, settings }: Checked<{ readonly spacing: string; readonly steps: number }>): number {
  const { noise, input } = model.card
  return planLevels(trainedLevels(noise), settings.spacing, settings.steps, input.level.between).levels.length - 1
}

function generateCalls(checked: Checked<Resolved<GenerateRequest>>): { calls: number; about: boolean } {
  const { sampler, settings } = checked.settings
  const entry = samplers[sampler]
  const levels = visited(checked)
  return { calls: entry === undefined ? levels : samplerCalls(entry, levels, settings), about: entry?.adaptive === true }
}
