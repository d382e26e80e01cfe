import { join } from 'node:path'
import type { Backend, RunOptions } from '../backend/types.ts'
import type { RunReport } from '../shared/recipe.ts'
import { type Context, withBackend } from './context.ts'
import type { Parsed } from './flags.ts'
import { inpaintMany } from './many.ts'
import { progressLine } from './progress.ts'
import { generateInput, inpaintInput, maskOf, outOf, photoOf, photosOf, resumeOf, savesOf, startOf, traceOf } from './request.ts'

/** generate, inpaint and resume: pictures and run.json into --out, their paths (or the report) on stdout. */

export async function generate(parsed: Parsed, context: Context): Promise<void> {
  const input = generateInput(parsed)
  const source = startOf(parsed, context.cwd)
  return run(parsed, context, (backend, options) =>
    source === undefined ? backend.runGenerate(input, options) : backend.runFrom(input, source, options),
  )
}

export async function inpaint(parsed: Parsed, context: Context): Promise<void> {
  const input = inpaintInput(parsed)
  const photo = photoOf(parsed, context.cwd)
  const mask = maskOf(parsed, context.cwd)
  const saves = savesOf(parsed)
  const photos = photosOf(parsed, context.cwd)
  if (photos.length > 1)
    return inpaintMany(parsed, context, photos, (backend, one, options) =>
      backend.runInpaint(input, one, mask, { ...options, saves }),
    )
  return run(parsed, context, (backend, options) => backend.runInpaint(input, photo, mask, { ...options, saves }))
}

export async function resume(parsed: Parsed, context: Context): Promise<void> {
  const args = resumeOf(parsed, context.cwd)
  return run(parsed, context, (backend, options) => backend.runResume(args, options))
}

export async function run(
  parsed: Parsed,
  context: Context,
  start: (backend: Backend, options: RunOptions) => Promise<RunReport>,
  /** Files beside the pictures. */
  beside: readonly string[] = [],
): Promise<void> {
  const out = outOf(parsed, context.cwd)
  const trace = traceOf(parsed, context.cwd)
  const progress = progressLine(context.stderr, { quiet: parsed.given.has('quiet'), now: () => performance.now() })
  try {
    const report = await withBackend(context, (backend) =>
      start(backend, {
        out,
        tensors: parsed.given.has('tensors'),
        ...(trace === undefined ? {} : { trace }),
        onProgress: (at) => progress.show(at),
        onNotice: (sentence) => progress.say(sentence),
        signal: context.signal,
      }),
    )
    progress.end()
    context.out(
      parsed.given.has('json')
        ? JSON.stringify(report, null, 2)
        : [...report.images.flatMap(({ file, saved = [] }) => [file, ...saved.map((one) => one.file)]), ...beside, 'run.json']
            .map((file) => join(out, file))
            .join('\n'),
    )
  } finally {
    progress.end()
  }
}
