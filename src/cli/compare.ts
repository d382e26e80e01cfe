import { resolve } from 'node:path'
import { join } from 'node:path'
import type { CompareInput } from '../backend/compare/folder.ts'
import { shapesOf } from '../backend/compare/plan.ts'
import { maskPresets } from '../backend/tables.ts'
import type { AxisShape } from '../shared/axes.ts'
import type { CompareAxis, ComparePlan, CompareRequest } from '../shared/compare.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { parseRange } from '../shared/ranges.ts'
import { type Context, withBackend } from './context.ts'
import type { Parsed } from './flags.ts'
import { nearest } from './nearest.ts'
import { progressLine } from './progress.ts'
import { generateInput, inpaintInput, outOf } from './request.ts'
import { kebab } from './settings.ts'

/** compare: every combination of what is varied into --out, with sheet.png and compare.json. */

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

export async function compare(parsed: Parsed, context: Context): Promise<void> {
  const input = compareInput(parsed, context.cwd)
  const out = outOf(parsed, context.cwd)
  const progress = progressLine(context.stderr, { quiet: parsed.given.has('quiet'), now: () => performance.now() })
  try {
    const report = await withBackend(context, (backend) =>
      backend.runCompare(input, {
        out,
        tensors: false,
        onPlan: (plan) => {
          if (plan.many && !parsed.given.has('yes'))
            throw refuse(`This is a comparison of ${plan.cells} cells: give --yes to run it, or vary less.`)
          if (!parsed.given.has('quiet')) progress.say(planWords(plan))
        },
        onProgress: (at) => progress.show(at),
        onNotice: (sentence) => progress.say(sentence),
        signal: context.signal,
      }),
    )
    progress.end()
    context.out(
      parsed.given.has('json')
        ? JSON.stringify(report, null, 2)
        : ['sheet.png', 'compare.json'].map((file) => join(out, file)).join('\n'),
    )
  } finally {
    progress.end()
  }
}

/** "20 cells, 425 model calls". */
function planWords({ cells, runs, calls, about, loads }: ComparePlan): string {
  const same = runs === cells ? '' : `, ${runs} to run`
  return `${cells} cells${same}, ${about ? 'about ' : ''}${calls} model calls${loads > 1 ? `, ${loads} models one after another` : ''}.`
}

export function compareInput(parsed: Parsed, cwd: string): CompareInput {
  const photo = parsed.places[0]
  const forward = parsed.given.has('forward')
  const texts = (parsed.many.get('vary') ?? []).map(splitAxis)
  if (texts.length === 0) throw refuse('What is to be varied? Give --vary AXIS=VALUES, steps=5,10,20,50 for one.')
  const photos = texts.some(({ name }) => name === 'photo')
  const of: CompareRequest['of'] = photo === undefined && !photos ? 'generate' : forward ? 'forward' : 'inpaint'
  if (of === 'generate' && forward) throw refuse('--forward goes with a photograph.')
  const shapes = shapesOf(of)
  const axes = texts.map((text) => axisOf(text, shapes, cwd))
  const mask = parsed.given.get('mask') ?? parsed.given.get('mask-preset')
  const settings = varying(of === 'inpaint' ? inpaintInput : generateInput, parsed, axes)
  const first = axes.find(({ name }) => name === 'photo')?.values[0]
  return {
    of,
    settings: { ...settings, ...(of === 'inpaint' ? { batch: settings['batch'] ?? 4 } : { count: settings['count'] ?? 1 }) },
    axes,
    ...(of === 'generate' ? {} : { photo: photo === undefined ? String(first) : resolve(cwd, photo) }),
    ...(of === 'inpaint'
      ? { mask: maskOf(mask === undefined ? axes.find(({ name }) => name === 'mask')?.values[0] : mask, cwd) }
      : {}),
  }
}

/** What stands on an axis need not be given beside it. */
function varying(
  input: (parsed: Parsed) => Record<string, unknown>,
  parsed: Parsed,
  axes: readonly CompareAxis[],
): Record<string, unknown> {
  const model = axes.find(({ name }) => name === 'model')?.values[0]
  if (model === undefined || parsed.given.has('model')) return input(parsed)
  return input({ ...parsed, given: new Map([...parsed.given, ['model', String(model)]]) })
}

function splitAxis(text: string): { readonly name: string; readonly values: string } {
  const at = text.indexOf('=')
  if (at < 1) throw refuse(`"${text}" is no axis: write --vary AXIS=VALUES, steps=5,10,20,50 for one.`)
  return { name: text.slice(0, at).trim(), values: text.slice(at + 1) }
}

function axisOf(
  { name, values }: { readonly name: string; readonly values: string },
  shapes: readonly AxisShape[],
  cwd: string,
): CompareAxis {
  const shape = shapes.find((one) => one.name === name || kebab(one.name) === name)
  if (shape === undefined) {
    const names = shapes.map((one) => kebab(one.name))
    const near = nearest(name, names)
    throw refuse(`There is no axis "${name}"; ${near === undefined ? `there are ${names.join(', ')}.` : `did you mean ${near}?`}`)
  }
  try {
    const parsed = parseRange(values, shape.kind)
    if (shape.name === 'photo') return { name: 'photo', values: parsed.map((value) => resolve(cwd, String(value))) }
    if (shape.name === 'mask') return { name: 'mask', values: parsed.map((value) => maskOf(value, cwd)) }
    return { name: shape.name, values: [...parsed] }
  } catch (error) {
    if (error instanceof RangeError) throw refuse(`--vary ${name}: ${error.message}`)
    throw error
  }
}

function maskOf(value: unknown, cwd: string): string {
  if (typeof value !== 'string' || value === '')
    throw refuse('What is to be painted anew? Give --mask FILE, --mask-preset NAME or --vary mask=left,right.')
  return maskPresets.includes(value) ? value : resolve(cwd, value)
}
