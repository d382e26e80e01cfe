import { planLevels, samplerCalls, samplers, trainedLevels } from '../../core/index.ts'
import type { DenoiserCard } from '../../shared/card.ts'
import type { GenerateRequest } from '../../shared/request.ts'
import { words } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { isAdaptive } from '../state/methods.ts'

/** What a run will cost, known before it is asked for. */
export interface RunPlan {
  /** Levels a picture goes through. */
  readonly levels: number
  /** Model evaluations a picture: one a level, or what the sampler says. */
  readonly callsEach: number
  /** Model evaluations of the whole run. */
  readonly calls: number
  /** Calls of the model as they are timed: a batch of pictures shares one. */
  readonly batchedCalls: number
  /** The sampler finds its number of calls on the way: these are a guess. */
  readonly about: boolean
}

/** How many pictures really share a call: a model of a fixed batch takes no more than that. */
export function sharedBatch(request: Pick<GenerateRequest, 'batch' | 'count'>, card: DenoiserCard): number {
  const own = card.input.batch
  return Math.min(request.batch, request.count, own === 'dynamic' ? Infinity : own)
}

/** Levels above 0 that a run visits. */
function levelsOf({ spacing, steps }: Pick<GenerateRequest, 'spacing' | 'steps'>, card: DenoiserCard): number {
  return planLevels(trainedLevels(card.noise), spacing, steps, card.input.level.between).levels.length - 1
}

/** Or why it cannot be run, in one sentence. */
export function planRun(request: GenerateRequest, card: DenoiserCard): RunPlan | { readonly problem: string } {
  try {
    const levels = levelsOf(request, card)
    const entry = samplers[request.sampler]
    const callsEach = entry === undefined ? levels : samplerCalls(entry, levels, request.settings)
    if (request.nfe !== undefined && callsEach > request.nfe)
      return {
        problem: words().generate.cost.tooFew(said(entry?.label ?? ''), request.nfe),
      }
    const batches = Math.ceil(request.count / sharedBatch(request, card))
    const calls = { calls: callsEach * request.count, batchedCalls: callsEach * batches }
    return { levels, callsEach, ...calls, about: isAdaptive(entry) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
