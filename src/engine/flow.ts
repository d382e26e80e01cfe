import {
  adaptModel,
  allocate,
  carryUp,
  counted,
  fillUniform,
  inversionCalls,
  invert,
  noiseLogDensity,
  planLevels,
  probedTraces,
  scaleInto,
  signsInto,
  startScale,
} from '../core/index.ts'
import type { Denoiser, Latent, PlannedLevels, Shape } from '../core/index.ts'
import type { DenoiserCard } from '../shared/card.ts'
import type { Inverted, InvertArgs, Likelihood, LikelihoodArgs, RunResult, StepEvent } from '../shared/engine.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { CallContext } from '../shared/port.ts'
import { createCaller, type LoadedDenoiser } from './call.ts'
import { createNoise } from './noise.ts'
import { checkedShape, noiseOf, refusals, specOf, trainedOf } from './run.ts'

/** The probability flow walked upwards through a model: inversion, and the likelihood. The mathematics is core's. */

/** A model as a denoiser for batches of each size that is asked for, and what all its calls cost. */
function createFlow(model: LoadedDenoiser, context: CallContext) {
  const begun = performance.now()
  const { card } = model
  const times: (() => number)[] = []
  const counts: (() => number)[] = []
  const sum = (parts: readonly (() => number)[]) => parts.reduce((all, part) => all + part(), 0)
  const inModel = () => sum(times)
  const nfe = () => sum(counts)
  return {
    denoiser(shape: Shape): Denoiser {
      const caller = createCaller(model, shape, () => context.cancelled)
      const { denoise, calls } = counted(adaptModel(caller.call, specOf(card), trainedOf(card)))
      times.push(caller.milliseconds)
      counts.push(calls)
      return denoise
    },
    nfe,
    /** Twenty times a second is for runs of many steps; these are short, and every step is told. */
    tell(step: number, steps: number, sigma: number, callsTotal: number): void {
      const milliseconds = performance.now() - begun
      context.emit({
        kind: 'step',
        step,
        steps,
        calls: nfe(),
        callsTotal,
        sigma,
        milliseconds,
        modelMilliseconds: inModel(),
      } satisfies StepEvent)
    },
    milliseconds(): RunResult['milliseconds'] {
      const total = performance.now() - begun
      return { total, model: inModel(), elsewhere: total - inModel() }
    },
  }
}

/** The levels of a run, and the same from 0 upwards. */
function planOf(card: DenoiserCard, { spacing, steps }: { readonly spacing: string; readonly steps: number }) {
  const planned = planLevels(trainedOf(card), spacing, steps, card.input.level.between)
  return { ...planned, rising: planned.levels.toReversed(), named: namedSteps(card, planned) }
}

function namedSteps(card: DenoiserCard, { timesteps }: PlannedLevels): { timesteps?: readonly number[] } {
  return ['timestep', 'index'].includes(card.input.level.kind) ? { timesteps } : {}
}

export function invertPictures(model: LoadedDenoiser, args: InvertArgs, context: CallContext): Promise<Inverted> {
  return refusals(async () => {
    const { card } = model
    const shape = checkedShape(card, args, args.count)
    const { levels, rising, named } = planOf(card, args)
    const flow = createFlow(model, context)
    const calls = inversionCalls(args.order, rising.length - 1)
    const x = latentOf(args.pictures, shape)
    let noise: Latent = x
    for await (const step of invert(flow.denoiser(shape), rising, { next: 0, x, memory: [] }, args.order)) {
      noise = step.state.x
      flow.tell(step.index + 1, rising.length - 1, step.sigma, calls)
      if (context.cancelled) throw new PalimpsestError('cancelled', 'Cancelled.')
    }
    scaleInto(noise, 1 / startScale(noiseOf(card), levels[0] ?? 0))
    return {
      shape,
      noise: new Float32Array(noise.data),
      sigmas: levels,
      ...named,
      nfe: flow.nfe(),
      milliseconds: flow.milliseconds(),
    }
  })
}

/** Probes that share a call: two images each. */
const probesAtOnce = 8

export function estimateLikelihood(model: LoadedDenoiser, args: LikelihoodArgs, context: CallContext): Promise<Likelihood> {
  return refusals(async () => {
    const { card } = model
    const shape = checkedShape(card, args, 1)
    if (!Number.isInteger(args.probes) || args.probes < 1) throw new RangeError('A likelihood needs at least one probe.')
    const { levels, rising } = planOf(card, args)
    const flow = createFlow(model, context)
    const groups = probesOf(args, shape).map((probes) => probedTraces(flow.denoiser({ ...shape, n: 2 * probes.shape.n }), probes))
    const steps = rising.length - 1
    let done = 0
    const traces = async (at: Latent, sigma: number) => {
      const parts = []
      for (const group of groups) parts.push(...(await group(at, sigma)))
      flow.tell(++done, steps, sigma, 2 * steps - 1 + steps * groups.length)
      return Float64Array.from(parts)
    }
    const x = dequantised(args, shape, card.image.range)
    const { change, x: end } = await carryUp(flow.denoiser(shape), traces, rising, x)
    const [top = NaN] = noiseLogDensity(card.noise.kind, end, levels[0] ?? 0)
    const logDensities = Array.from(change, (one) => top + one)
    if (!logDensities.every(Number.isFinite))
      throw new PalimpsestError('device', 'The likelihood came to a value that is no number.', 'nan')
    return {
      logDensities,
      dimensions: shape.c * shape.h * shape.w,
      sigmas: levels,
      nfe: flow.nfe(),
      milliseconds: flow.milliseconds(),
    }
  })
}

/** Probe k is drawn from the seed and k alone, so that more of them begin with the same. */
function probesOf({ probes, seed }: LikelihoodArgs, shape: Shape): Latent[] {
  return Array.from({ length: Math.ceil(probes / probesAtOnce) }, (_, group) => {
    const n = Math.min(probesAtOnce, probes - group * probesAtOnce)
    const out = allocate({ ...shape, n })
    createNoise(Array.from({ length: n }, (__, k) => seed + group * probesAtOnce + k))(out, 'probe', 0)
    signsInto(out)
    return out
  })
}

/** A value of 8 bits stands for all that is rounded to it: (y + u)/256 of the range, u uniform in 0..1. Without it a flat picture has no density. */
function dequantised({ picture, seed }: LikelihoodArgs, shape: Shape, [low, high]: readonly [number, number]): Latent {
  const x = allocate(shape)
  fillUniform(x, createNoise([seed]), [0, 1])
  for (const [i, u] of x.data.entries()) {
    const step = Math.round((255 * ((picture[i] ?? NaN) - low)) / (high - low))
    x.data[i] = low + ((high - low) * (step + u)) / 256
  }
  return x
}

function latentOf(data: Float32Array, shape: Shape): Latent {
  if (data.length !== shape.n * shape.c * shape.h * shape.w)
    throw new PalimpsestError('internal', 'The pictures are not of the size they are said to be.')
  return { shape, data }
}
