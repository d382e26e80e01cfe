import { join } from 'node:path'
import type { FlowOptions, LikelihoodReport } from '../backend/types.ts'
import { type Context, withBackend } from './context.ts'
import type { Parsed } from './flags.ts'
import { progressLine } from './progress.ts'
import { generateInput, noiseSource, outOf, photoOf, withModel } from './request.ts'
import { run } from './run.ts'

/** The deterministic tools: invert, interpolate, likelihood. */

export async function interpolate(parsed: Parsed, context: Context): Promise<void> {
  const input = generateInput(parsed)
  const [a = '', b = ''] = parsed.places
  const ends = [noiseSource(a, context.cwd), noiseSource(b, context.cwd)] as const
  return run(parsed, context, (backend, options) => backend.runInterpolate(input, ends, options), ['strip.png'])
}

const given = (parsed: Parsed, ...names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (parsed.given.has(name) ? [[name, parsed.given.get(name)]] : [])))

export async function invert(parsed: Parsed, context: Context): Promise<void> {
  const input = {
    ...withModel(given(parsed, 'model', 'steps', 'spacing', 'device', 'order')),
    asGrey: parsed.given.has('as-grey'),
    back: parsed.given.has('back'),
  }
  const out = outOf(parsed, context.cwd)
  const photo = photoOf(parsed, context.cwd)
  const report = await followed(parsed, context, (backend, options) => backend.runInvert(photo, input, { ...options, out }))
  context.out(parsed.given.has('json') ? JSON.stringify(report, null, 2) : report.files.map((file) => join(out, file)).join('\n'))
}

export async function likelihood(parsed: Parsed, context: Context): Promise<void> {
  const input = {
    ...withModel(given(parsed, 'model', 'steps', 'spacing', 'device', 'probes', 'seed')),
    asGrey: parsed.given.has('as-grey'),
  }
  const photo = photoOf(parsed, context.cwd)
  const report = await followed(parsed, context, (backend, options) => backend.runLikelihood(photo, input, options))
  context.out(parsed.given.has('json') ? JSON.stringify(report, null, 2) : words(report))
}

/** `2.8413 bits a dimension, standard error 0.0021 over 16 probes (an estimate by finite differences; ln p = -1234.5)` */
function words({ bitsPerDimension, standardError, probes, logDensity, estimate }: LikelihoodReport): string {
  const about = `an estimate by ${estimate}; ln p = ${logDensity.toFixed(1)} in the model's range`
  return `${bitsPerDimension.toFixed(4)} bits a dimension, standard error ${standardError.toFixed(4)} over ${probes} probes (${about})`
}

async function followed<T>(
  parsed: Parsed,
  context: Context,
  start: (backend: Parameters<Parameters<typeof withBackend>[1]>[0], options: FlowOptions) => Promise<T>,
): Promise<T> {
  const progress = progressLine(context.stderr, { quiet: parsed.given.has('quiet'), now: () => performance.now() })
  try {
    return await withBackend(context, (backend) =>
      start(backend, {
        onProgress: (at) => progress.show(at),
        onNotice: (sentence) => progress.say(sentence),
        signal: context.signal,
      }),
    )
  } finally {
    progress.end()
  }
}
