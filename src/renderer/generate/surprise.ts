import type { GenerateRequest } from '../../shared/request.ts'
import { defaultSettings, requestOf, type DrawingModel } from '../state/generate.ts'
import { fits, presetOf, presetRequest, presets } from '../state/presets.ts'
import { planRun } from './plan.ts'

/** A surprise shall be there soon: at most so many pixels times model calls, a few seconds of two cores with the shipped models. */
const soon = 5.5e6
const counts = [16, 9, 4, 1]
/** Those that take long are chosen by hand. */
const mostSteps = 100

/**
 * Another way than the one the controls stand at, other noise, and as many pictures as are there soon: what is to be put into the controls and
 * run. `chance`: from 0 to below 1. Pure.
 */
export function surprise(stored: GenerateRequest, model: DrawingModel, chance: number, seed: number): GenerateRequest {
  const able = presets.filter((preset) => fits(preset, model) && preset.settings.steps <= mostSteps && preset.id !== 'exact')
  const now = presetOf(able, stored, model)
  const others = able.filter((preset) => preset !== now)
  const list = others.length > 0 ? others : able
  const chosen = list[Math.floor(chance * list.length)]
  const plain = { ...defaultSettings, device: stored.device }
  const request = chosen === undefined ? requestOf(plain, model) : presetRequest(chosen, plain, model)
  const plan = planRun(request, model.card)
  const each = 'problem' in plan ? Infinity : plan.callsEach * pixelsOf(model)
  const count = counts.find((many) => many * each <= soon) ?? 1
  return { ...request, seed, count, batch: Math.min(count, defaultSettings.batch) }
}

function pixelsOf({ card: { image } }: DrawingModel): number {
  return 'width' in image.size ? image.size.width * image.size.height : (image.size.best[0] ?? image.size.min) ** 2
}
