import { alphaBarOf } from '../core/units.ts'
import { fractionalIndex, nearestIndex } from '../core/denoiser.ts'
import { copyOf, scoreNorms } from '../core/index.ts'
import type { Denoiser, Latent, Shape, Step, TrainedLevels } from '../core/index.ts'
import type { DenoiserCard } from '../shared/card.ts'
import type { Preview } from '../shared/engine.ts'
import type { SavedState, Tensor, TraceAsk, TraceEvent, TraceStep } from '../shared/trace.ts'
import type { previewsOf } from './preview.ts'

/** What a run says of its way (shared/trace.ts). Made only when asked: nothing here is reached by any other run. */

/** Of a score norm: it is looked at, never calculated with. */
const digits = 6

export interface Tracer {
  /** The denoiser as the method is to be given it, listened to. */
  listen(denoise: Denoiser): Denoiser
  /** `of`: transitions of the run, as far as they are known. */
  step(step: Step, at: { readonly nfe: number; readonly milliseconds: number; readonly of: number }): void
  /** After the last step: `end` is the level the run ended at. */
  finish(end: number): void
}

export interface TracerOptions {
  readonly ask: TraceAsk
  readonly card: DenoiserCard
  readonly trained: TrainedLevels
  readonly shape: Shape
  readonly previews: typeof previewsOf
  readonly emit: (event: TraceEvent) => void
}

export function createTracer({ ask, card, trained, shape, previews: look, emit }: TracerOptions): Tracer {
  const timestep = timestepsOf(card, trained)
  let norms: number[] | undefined
  // A step's size is known when the next one says which level it leaves.
  let held: TraceEvent | undefined
  let ownSize = false
  let count = 0
  const release = (next: number) => {
    if (held === undefined) return
    const { step } = held
    emit(ownSize ? held : { ...held, step: { ...step, stepSize: step.sigma - next } })
    held = undefined
  }
  return {
    listen: (denoise) => async (x, sigma) => {
      const said = await denoise(x, sigma)
      norms ??= scoreNorms(x, said.x0, sigma).map((norm) => Number(norm.toPrecision(digits)))
      return said
    },
    step(step, { nfe, milliseconds, of }) {
      const every = previewEvery(ask, shape, of)
      release(step.sigma)
      count++
      const record: TraceStep = {
        index: step.index,
        t: timestep(step.sigma),
        alphaBar: alphaBarOf(step.sigma),
        sigma: step.sigma,
        scoreNorm: norms ?? null,
        stepSize: step.stepSize === undefined ? 0 : typeof step.stepSize === 'number' ? step.stepSize : [...step.stepSize],
        nfe,
        milliseconds,
        ...(step.effectiveSampleSize === undefined ? {} : { effectiveSampleSize: step.effectiveSampleSize }),
      }
      const shown = step.x0 !== undefined && every > 0 && (count === 1 || count % every === 0 || count === of)
      const previews: Preview[] | undefined = shown ? look(step.x0, card.image.range, ask.previews) : undefined
      held = {
        kind: 'trace',
        step: record,
        ...(previews === undefined ? {} : { previews }),
        ...(ask.states ? { state: savedState(step) } : {}),
      }
      ownSize = step.stepSize !== undefined
      norms = undefined
    },
    finish: (end) => release(end),
  }
}

/** Every step, or as many as fit. */
function previewEvery({ previews: px, previewBytes }: TraceAsk, { n, h, w }: Shape, length: number): number {
  if (px <= 0) return 0
  const scale = Math.min(1, px / Math.max(h, w))
  return Math.max(1, Math.ceil((length * n * 3 * (h * scale) * (w * scale)) / previewBytes))
}

/** The training index of a level, for a model that is told one. */
function timestepsOf(card: DenoiserCard, { sigmas }: TrainedLevels): (sigma: number) => number | null {
  const { kind, between } = card.input.level
  if (kind !== 'timestep' && kind !== 'index') return () => null
  return (sigma) => (between ? fractionalIndex(sigmas, sigma) : nearestIndex(sigmas, sigma))
}

/** The method uses its buffers again: what is sent is a copy. */
export function savedState({ state: { next, x, memory } }: Step): SavedState {
  return { next, x: tensorOf(x), memory: memory.map(tensorOf) }
}

const tensorOf = (latent: Latent): Tensor => copyOf(latent)
