import { resolve } from 'node:path'
import { maskPresets } from '../backend/tables.ts'
import type { MaskSource } from '../backend/types.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { Parsed } from './flags.ts'
import { nearest } from './nearest.ts'
import { blendFlags, type FieldFlag, generateFlags, inpaintFlags } from './table.ts'

/** From a parsed command line to what the backend is asked. Values stay unchecked here: the schema refuses them in its own words. */

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

function fields(parsed: Parsed, flags: readonly FieldFlag[]): Record<string, unknown> {
  return Object.fromEntries(flags.flatMap(({ name, field }) => (parsed.given.has(name) ? [[field, parsed.given.get(name)]] : [])))
}

function withModel(request: Record<string, unknown>): Record<string, unknown> {
  if (request['model'] === undefined) throw refuse('Which model? Give --model ID; palimpsest models list names them.')
  return request
}

export function generateInput(parsed: Parsed): Record<string, unknown> {
  return withModel(fields(parsed, generateFlags))
}

export function inpaintInput(parsed: Parsed): Record<string, unknown> {
  const blend = fields(parsed, blendFlags)
  // Left out altogether where nothing is given, so that the schema's own blend stands.
  return withModel({ ...fields(parsed, inpaintFlags), ...(Object.keys(blend).length === 0 ? {} : { blend }) })
}

/** Exactly one of --mask and --mask-preset. */
export function maskOf(parsed: Parsed, cwd: string): MaskSource {
  const file = parsed.given.get('mask')
  const preset = parsed.given.get('mask-preset')
  const keep = parsed.given.get('mask-keep') === true
  if (file !== undefined && preset !== undefined) throw refuse('Give --mask or --mask-preset, not both.')
  if (typeof file === 'string' && file !== '') return { file: resolve(cwd, file), keep }
  if (typeof preset !== 'string') throw refuse('What is to be painted anew? Give --mask FILE or --mask-preset NAME.')
  if (keep) throw refuse('--mask-keep goes with --mask FILE.')
  if (!maskPresets.some((name) => name === preset)) {
    const near = nearest(preset, maskPresets)
    throw refuse(
      `There is no mask preset "${preset}"; ${near === undefined ? `there are ${maskPresets.join(', ')}` : `did you mean ${near}?`}${near === undefined ? '.' : ''}`,
    )
  }
  return { preset }
}

export function outOf(parsed: Parsed, cwd: string): string {
  const out = parsed.given.get('out')
  if (typeof out !== 'string' || out === '') throw refuse('Where should the pictures go? Give --out DIR.')
  return resolve(cwd, out)
}

export function photoOf(parsed: Parsed, cwd: string): string {
  return resolve(cwd, parsed.places[0] ?? '')
}
