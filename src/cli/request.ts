import { resolve } from 'node:path'
import { maskPresets, seededPresets } from '../backend/tables.ts'
import type { NoiseSource } from '../backend/noise.ts'
import type { MaskSource, ResumeArgs, TraceOptions } from '../backend/types.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { type Parsed, strictNumber } from './flags.ts'
import { nearest } from './nearest.ts'
import { methodSettingFlags, samplerSettingFlags, type SettingFlag } from './settings.ts'
import { blendFlags, dynamicFlags, type FieldFlag, finishFlags, generateFlags, inpaintFlags } from './table.ts'

/** From a parsed command line to what the backend is asked. Values stay unchecked here: the schema refuses them in its own words. */

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

function fields(parsed: Parsed, flags: readonly FieldFlag[]): Record<string, unknown> {
  return Object.fromEntries(flags.flatMap(({ name, field }) => (parsed.given.has(name) ? [[field, parsed.given.get(name)]] : [])))
}

export function withModel(request: Record<string, unknown>): Record<string, unknown> & { readonly model: unknown } {
  const { model } = request
  if (model === undefined) throw refuse('Which model? Give --model ID; palimpsest models list names them.')
  return { ...request, model }
}

/** A part of the request, left out altogether where nothing of it is given, so that the schema's own stands. */
const part = (name: string, values: Record<string, unknown>) => (Object.keys(values).length === 0 ? {} : { [name]: values })

/** The values of the declared settings that were given. */
export function ownSettings(parsed: Parsed, flags: readonly SettingFlag[]): Record<string, unknown> {
  const given = flags.filter(({ name }) => parsed.given.has(name))
  return Object.fromEntries(
    given.map(({ name, setting, yesNo }) => [setting, yesNo ? yes(parsed.given.get(name)) : parsed.given.get(name)]),
  )
}

/** Any other word stays as it stands, for the refusal to quote. */
const yes = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : value)

/** A budget chooses what else would be given by hand. */
function refuseBoth(parsed: Parsed): void {
  if (!parsed.given.has('nfe')) return
  const both = ['steps', 'jump-length', 'resamples'].find((name) => parsed.given.has(name))
  if (both !== undefined) throw refuse(`--nfe chooses the ${both.replace('-', ' ')}: give --nfe or --${both}, not both.`)
}

export function generateInput(parsed: Parsed): Record<string, unknown> {
  refuseBoth(parsed)
  return withModel({
    ...fields(parsed, generateFlags),
    ...part('dynamic', fields(parsed, dynamicFlags)),
    ...part('settings', ownSettings(parsed, samplerSettingFlags)),
  })
}

export function inpaintInput(parsed: Parsed): Record<string, unknown> {
  refuseBoth(parsed)
  return withModel({
    ...fields(parsed, inpaintFlags),
    ...part('dynamic', fields(parsed, dynamicFlags)),
    ...part('settings', ownSettings(parsed, methodSettingFlags)),
    ...part('blend', fields(parsed, blendFlags)),
    ...part('finish', fields(parsed, finishFlags)),
  })
}

/** Exactly one of --mask and --mask-preset. */
export function maskOf(parsed: Parsed, cwd: string): MaskSource {
  const file = parsed.given.get('mask')
  const preset = parsed.given.get('mask-preset')
  const keep = parsed.given.get('mask-keep') === true
  const seed = parsed.given.get('mask-seed')
  if (file !== undefined && preset !== undefined) throw refuse('Give --mask or --mask-preset, not both.')
  if (seed !== undefined && !seededPresets.some((name) => name === preset))
    throw refuse(`--mask-seed goes with --mask-preset ${seededPresets.join(' or ')}.`)
  const others = parsed.given.get('other-sizes')
  if (others !== undefined && others !== 'skip' && others !== 'scale')
    throw refuse(`Expected skip or scale for other-sizes but received "${String(others)}".`)
  if (others !== undefined && file === undefined) throw refuse('--other-sizes goes with --mask FILE.')
  if (typeof file === 'string' && file !== '')
    return { file: resolve(cwd, file), keep, ...(others === 'scale' ? { scale: true } : {}) }
  if (typeof preset !== 'string') throw refuse('What is to be painted anew? Give --mask FILE or --mask-preset NAME.')
  if (keep) throw refuse('--mask-keep goes with --mask FILE.')
  if (!maskPresets.some((name) => name === preset)) {
    const near = nearest(preset, maskPresets)
    throw refuse(
      `There is no mask preset "${preset}"; ${near === undefined ? `there are ${maskPresets.join(', ')}` : `did you mean ${near}?`}${near === undefined ? '.' : ''}`,
    )
  }
  if (seed === undefined) return { preset }
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed) || seed < 0)
    throw refuse(
      `Expected an integer from 0 to ${String(Number.MAX_SAFE_INTEGER)} for mask-seed but received ${JSON.stringify(seed)}.`,
    )
  return { preset, seed }
}

export function outOf(parsed: Parsed, cwd: string): string {
  const out = parsed.given.get('out')
  if (typeof out !== 'string' || out === '') throw refuse('Where should the pictures go? Give --out DIR.')
  return resolve(cwd, out)
}

export function photosOf(parsed: Parsed, cwd: string): readonly string[] {
  return parsed.places.map((place) => resolve(cwd, place))
}

export function photoOf(parsed: Parsed, cwd: string): string {
  return resolve(cwd, parsed.places[0] ?? '')
}

/** --trace FILE, and whether the states are kept beside it. */
export function traceOf(parsed: Parsed, cwd: string): TraceOptions | undefined {
  const file = parsed.given.get('trace')
  const states = parsed.given.has('trace-states')
  if (typeof file === 'string' && file !== '') return { file: resolve(cwd, file), states }
  if (states || file !== undefined) throw refuse('Where should the trace go? Give --trace FILE.')
  return undefined
}

/** More files of each fill; their values are the schema's to refuse. */
export function savesOf(parsed: Parsed): readonly unknown[] {
  const format = parsed.given.get('save-as')
  const alone = ['quality', 'exif', 'gps'].find((name) => parsed.given.has(name))
  if (format === undefined && alone !== undefined) throw refuse(`--${alone} goes with --save-as NAME.`)
  if (parsed.given.has('gps') && !parsed.given.has('exif')) throw refuse('--gps goes with --exif.')
  if (format === 'png') throw refuse('Each picture is a PNG already: give --save-as tiff, webp or jpeg.')
  const quality = parsed.given.get('quality')
  const picture = {
    format,
    exif: parsed.given.has('exif'),
    gps: parsed.given.has('gps'),
    ...(quality === undefined ? {} : { quality, lossless: false }),
  }
  return [...(parsed.given.has('layer') ? [{ what: 'layer' }] : []), ...(format === undefined ? [] : [picture])]
}

export function resumeOf(parsed: Parsed, cwd: string): ResumeArgs {
  const step = parsed.given.get('step')
  const photo = parsed.given.get('photo')
  if (step === undefined) throw refuse('From which step? Give --step K.')
  if (typeof step !== 'number') throw refuse(`Expected an integer of at least 1 for step but received ${JSON.stringify(step)}.`)
  return { trace: photoOf(parsed, cwd), step, ...(typeof photo === 'string' ? { photo: resolve(cwd, photo) } : {}) }
}

/** `7`, `noise.npy`, `picture.png`: a seed is a plain number, and a file of such a name is ./7. */
export function noiseSource(text: string, cwd: string): NoiseSource {
  if (/^\d+$/.test(text)) {
    const seed = strictNumber(text)
    if (typeof seed === 'number' && Number.isSafeInteger(seed)) return { kind: 'seed', seed }
    throw refuse(`Expected an integer from 0 to ${Number.MAX_SAFE_INTEGER} for a seed but received ${text}.`)
  }
  return { kind: /\.npy$/i.test(text) ? 'file' : 'picture', path: resolve(cwd, text) }
}

/** --from FILE or --noise-of PICTURE; undefined where the noise is drawn. */
export function startOf(parsed: Parsed, cwd: string): NoiseSource | undefined {
  const [file, picture] = [parsed.given.get('from'), parsed.given.get('noise-of')]
  if (file !== undefined && picture !== undefined) throw refuse('Give --from or --noise-of, not both.')
  if (typeof file === 'string') return { kind: 'file', path: resolve(cwd, file) }
  return typeof picture === 'string' ? { kind: 'picture', path: resolve(cwd, picture) } : undefined
}
