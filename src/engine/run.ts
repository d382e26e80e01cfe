import {
  adaptModel,
  beginAt,
  counted,
  inpainterCalls,
  inpainters,
  planLevels,
  samplerCalls,
  samplers,
  samplerTransitions,
  scaleInto,
  startFrom,
  startLatent,
  startScale,
  streamed,
  thresholded,
  trainedLevels,
  walkFor,
  windowed,
  windowsAtOnce,
} from '../core/index.ts'
import type {
  Denoiser,
  Known,
  Latent,
  ModelSpec,
  Noise,
  Plan,
  SamplerState,
  Shape,
  Sigma,
  Step,
  TrainedLevels,
} from '../core/index.ts'
import type { DenoiserCard } from '../shared/card.ts'
import type { RunArgs, RunResult, StateEvent, StepEvent } from '../shared/engine.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { CallContext } from '../shared/port.ts'
import { cellsOf, placesOf } from '../shared/windows.ts'
import { createCaller, type LoadedDenoiser } from './call.ts'
import { checkFills, checkPictures } from './health.ts'
import { createNoise } from './noise.ts'
import { createPace, keepEvery } from './pace.ts'
import { previewsOf, windowPreviews } from './preview.ts'
import { createTracer, savedState } from './trace.ts'

/** One run: the plan first, then the loop that counts, shows, and listens for a cancel. The mathematics is core's. */
export function runModel(model: LoadedDenoiser, args: RunArgs, context: CallContext): Promise<RunResult> {
  return refusals(async () => {
    const drawn = model.thread?.begin(args.seeds, shapeOf(model.card, args))
    try {
      return await run(model, args, context, drawn?.noise ?? createNoise(args.seeds))
    } finally {
      drawn?.end()
    }
  })
}

/** Core refuses what cannot be had with a RangeError of one sentence: to the user it is a request that is wrong. */
export async function refusals<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RangeError) throw new PalimpsestError('request', error.message)
    throw error
  }
}

/** Steps shorter than this need no turn of the event loop of their own: it would cost what it gains. Milliseconds. */
const shortMs = 20

async function run(model: LoadedDenoiser, args: RunArgs, context: CallContext, seeded: Noise): Promise<RunResult> {
  const begun = performance.now()
  const { card, device } = model
  const shape = shapeOf(card, args)
  refuseUnlearned(card, args.variance)
  const trained = trainedOf(card)
  const planned = planLevels(trained, args.spacing, args.steps, card.input.level.between)
  const begin = args.kind === 'inpaint' ? args.begin : undefined
  const first = begin === undefined ? 0 : beginAt(planned.levels, trained, begin.strength)
  const [levels, timesteps] = [planned.levels.slice(first), planned.timesteps.slice(first)]
  const noise = streamed(seeded, begin?.stream ?? 0)
  const plan: Plan = {
    levels,
    eta: args.eta ?? 0,
    variance: args.variance,
    settings: args.settings ?? {},
    trained,
    ...(trained.sigmas[0] === undefined ? {} : { lowest: trained.sigmas[0] }),
  }
  const look = lookOf(args, shape)
  const caller = createCaller(model, look.shape, () => context.cancelled)
  const { denoise, calls } = counted(look.over(adaptModel(caller.call, specOf(card), trained)))
  const start = startOf(card, args, plan.levels[0] ?? 0, shape, noise)
  const held = thresholded(denoise, args.threshold, card.image.range, args.dynamic)
  const behind = args.resume ?? { steps: 0, nfe: 0 }
  const nfe = () => behind.nfe + calls()
  const tracer =
    args.trace === undefined
      ? undefined
      : createTracer({ ask: args.trace, card, trained, shape, previews: look.previews, emit: (event) => context.emit(event) })
  const walk = walkOf(args, plan, tracer?.listen(held) ?? held, start, noise)
  const pace = createPace(args.preview)
  let before = performance.now() - begun
  let last: Latent = start.x
  let done = behind.steps
  let keptAt = 0
  let keepMs = args.keepMs ?? Infinity
  for await (const step of walk.steps) {
    done++
    last = step.state.x
    const now = performance.now() - begun
    tracer?.step(step, { nfe: nfe(), milliseconds: now, of: walk.length })
    const whole = wholeOf(walk, step, done, nfe())
    const due = pace.next(now, done === behind.steps + 1, done === whole.length)
    if (due !== 'nothing') {
      const previews =
        due === 'preview' && step.x0 !== undefined ? look.previews(step.x0, card.image.range, args.preview.size) : undefined
      const event: StepEvent = {
        kind: 'step',
        step: done,
        steps: whole.length,
        calls: nfe(),
        callsTotal: whole.calls,
        sigma: step.sigma,
        ...(step.effectiveSampleSize === undefined ? {} : { effectiveSampleSize: step.effectiveSampleSize }),
        milliseconds: now,
        modelMilliseconds: caller.milliseconds(),
        ...(previews === undefined ? {} : { previews }),
      }
      context.emit(event)
      if (previews !== undefined) pace.spent(performance.now() - begun - now)
    }
    if (args.keepMs !== undefined && now - keptAt >= keepMs) {
      const state = savedState(step)
      const model = caller.milliseconds()
      const milliseconds = { total: now, model, elsewhere: now - model }
      context.emit({ kind: 'state', state, steps: done, nfe: nfe(), milliseconds } satisfies StateEvent)
      keepMs = keepEvery(args.keepMs, state)
      keptAt = performance.now() - begun
    }
    // A cancel is read in a turn of the event loop. session.run takes one before it holds the loop, which is soon enough where a step is
    // short; after a long one, or one without a call, the loop is turned here, so that the next never begins.
    if (step.x0 === undefined || now - before > shortMs) await new Promise(setImmediate)
    before = now
    if (context.cancelled) throw new PalimpsestError('cancelled', 'Cancelled.')
  }
  tracer?.finish(plan.levels.at(-1) ?? 0)
  const images = new Float32Array(last.data)
  if (args.kind === 'generate') checkPictures(images, shape, device)
  else checkFills(images, shape, args.photo, knownOf(args, shape).mask, device)
  const total = performance.now() - begun
  const inModel = caller.milliseconds()
  const named = card.input.level.kind === 'timestep' || card.input.level.kind === 'index' ? { timesteps } : {}
  return {
    shape,
    images,
    sigmas: plan.levels,
    ...named,
    nfe: nfe(),
    milliseconds: { total, model: inModel, elsewhere: total - inModel },
  }
}

/** How long the run will be: as planned, or of a method that finds that on the way, as long as what is behind it says. */
function wholeOf(walk: Walk, { progress }: Step, done: number, nfe: number): Pick<Walk, 'length' | 'calls'> {
  if (progress === undefined) return walk
  if (progress <= 0) return { length: Math.max(walk.length, done + 1), calls: Math.max(walk.calls, nfe + 1) }
  return { length: Math.round(done / progress), calls: Math.round(nfe / progress) }
}

/** Where the run begins: at the noise of its seeds, at one that was given, or where another run was. */
function startOf(card: DenoiserCard, args: RunArgs, level: Sigma, shape: Shape, noise: Noise): SamplerState {
  const spec = noiseOf(card)
  if (args.resume !== undefined) {
    const { state } = args.resume
    checkFits('state', state.x.data, shape)
    return state
  }
  if (args.kind === 'inpaint' && args.begin !== undefined)
    return { next: 0, x: startFrom(args.begin.picture, level, knownOf(args, shape), shape, noise), memory: [] }
  if (args.start === undefined) return { next: 0, x: startLatent(spec, level, shape, noise, card.image.range), memory: [] }
  checkFits('noise', args.start, shape)
  const x = { shape, data: args.start.slice() }
  scaleInto(x, startScale(spec, level))
  return { next: 0, x, memory: [] }
}

function checkFits(what: string, data: { readonly length: number }, { n, c, h, w }: Shape): void {
  if (data.length === n * c * h * w) return
  throw new PalimpsestError(
    'request',
    `The ${what} has ${String(data.length)} values, but ${String(n)} of ${String(c)} x ${String(h)} x ${String(w)} are needed.`,
  )
}

interface Walk {
  readonly steps: AsyncGenerator<Step>
  /** Transitions, and model calls among them. */
  readonly length: number
  readonly calls: number
}

function walkOf(args: RunArgs, plan: Plan, denoise: Denoiser, state: SamplerState, noise: Noise): Walk {
  const steps = plan.levels.length - 1
  if (args.kind === 'generate') {
    const sampler = Object.hasOwn(samplers, args.sampler) ? samplers[args.sampler] : undefined
    if (sampler === undefined)
      throw new PalimpsestError('request', `There is no sampler ${args.sampler}: use ${Object.keys(samplers).join(', ')}.`)
    return {
      steps: sampler.run(denoise, plan, state, noise),
      length: samplerTransitions(sampler, steps, plan.settings),
      calls: samplerCalls(sampler, steps, plan.settings),
    }
  }
  const method = Object.hasOwn(inpainters, args.method) ? inpainters[args.method] : undefined
  if (method === undefined)
    throw new PalimpsestError('request', `There is no method ${args.method}: use ${Object.keys(inpainters).join(', ')}.`)
  const known = knownOf(args, state.x.shape)
  const walk = walkFor(
    method.walk({ steps, jumpLength: args.jumpLength, resamples: args.resamples, settings: plan.settings ?? {} }),
    known.mask,
  )
  const inpaintPlan = { ...plan, walk, finalPaste: true }
  // Nothing to repaint is one transition without a model call: the photo itself.
  return {
    steps: method.run(denoise, inpaintPlan, state, noise, known),
    length: Math.max(1, walk.length),
    calls: inpainterCalls(method, walk),
  }
}

function knownOf(args: Extract<RunArgs, { kind: 'inpaint' }>, { c, h, w }: Shape): Known {
  return { photo: { shape: { n: 1, c, h, w }, data: args.photo }, mask: { h, w, data: args.mask } }
}

/** Of the whole batch, as the method sees it. */
function shapeOf(card: DenoiserCard, args: RunArgs): Shape {
  const one = checkedShape(card, args, args.seeds.length)
  if (args.kind === 'generate' || args.windows === undefined) return one
  const { cell } = args.windows
  return { ...one, h: cellsOf(args.windows).length * cell, w: cell }
}

/** How the model looks at the batch: at each picture whole, or through windows, a few at a time. */
interface Look {
  /** Of one model call. */
  readonly shape: Shape
  readonly over: (denoise: Denoiser) => Denoiser
  readonly previews: typeof previewsOf
}

/** Windows of one call: more of them gain nothing on a processor and make a cancel wait. */
const windowsOfCall = 4

function lookOf(args: RunArgs, shape: Shape): Look {
  if (args.kind === 'generate' || args.windows === undefined) return { shape, over: (denoise) => denoise, previews: previewsOf }
  const { cell, edge, at } = args.windows
  const { windows } = args
  if (cell * edge !== args.width || cell * edge !== args.height)
    throw new PalimpsestError('internal', 'The windows of a fill are not as large as the model was asked to look.')
  const n = windowsAtOnce(at.length * shape.n, windowsOfCall)
  return {
    shape: { n, c: shape.c, h: args.height, w: args.width },
    over: (denoise) => windowed(denoise, { cell, edge, windows: placesOf(windows) }, n, args.variance === 'learned'),
    previews: (x0, range, size) => windowPreviews(x0, range, size, windows),
  }
}

/** The backend has checked the request; what would make a wrong picture or a crash is refused here again. */
export function checkedShape(
  card: DenoiserCard,
  { width, height }: { readonly width: number; readonly height: number },
  count: number,
): Shape {
  const { channels, size } = card.image
  if (count === 0) throw new PalimpsestError('request', 'A run needs at least one seed.')
  const fits = (pixels: number, fixed: number | undefined) =>
    'width' in size
      ? pixels === fixed
      : Number.isInteger(pixels) && pixels >= size.min && pixels <= size.max && pixels % size.multipleOf === 0
  const [fixedWidth, fixedHeight] = 'width' in size ? [size.width, size.height] : []
  if (!fits(width, fixedWidth) || !fits(height, fixedHeight)) {
    throw new PalimpsestError(
      'request',
      `The model ${card.name} cannot make pictures of ${String(width)} x ${String(height)} pixels.`,
    )
  }
  return { n: count, c: channels, h: height, w: width }
}

function refuseUnlearned(card: DenoiserCard, variance: RunArgs['variance']): void {
  if (variance === 'learned' && card.output.variance === 'none')
    throw new PalimpsestError('request', `The model ${card.name} has not learned a variance: use small or large.`)
}

/** A process has one model, and its trained levels are the same in every run. */
const trainedOfCard = new WeakMap<DenoiserCard, TrainedLevels>()

export function trainedOf(card: DenoiserCard): TrainedLevels {
  let trained = trainedOfCard.get(card)
  if (trained === undefined) trainedOfCard.set(card, (trained = trainedLevels(noiseOf(card))))
  return trained
}

/** zod's inferred card and core's words for it are the same data. */
export function noiseOf(card: DenoiserCard): ModelSpec['noise'] {
  return card.noise
}

export function specOf(card: DenoiserCard): ModelSpec {
  const { level } = card.input
  const { predicts, sigmaData, variance } = card.output
  return {
    channels: card.image.channels,
    predicts,
    variance,
    level: level.kind,
    between: level.between,
    levelScale: level.scale,
    noise: noiseOf(card),
    ...(sigmaData === undefined ? {} : { sigmaData }),
  }
}
