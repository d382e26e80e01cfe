import { basename, extname, join } from 'node:path'
import type { Backend, RunOptions } from '../backend/types.ts'
import { PalimpsestError, toErrorData } from '../shared/errors.ts'
import type { RunReport } from '../shared/recipe.ts'
import { type Context, withBackend } from './context.ts'
import type { Parsed } from './flags.ts'
import { progressLine } from './progress.ts'
import { outOf } from './request.ts'

/** inpaint of several photographs with one mask: a run of each, in a folder of its own below --out. What does not fit is told and left out. */

interface Done {
  readonly photo: string
  readonly out: string
  readonly report: RunReport
}

/** `portrait`, and `portrait-2` for another of that name. */
export function foldersOf(photos: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return photos.map((photo) => {
    const name = basename(photo, extname(photo))
    let folder = name
    for (let k = 2; taken.has(folder.toLowerCase()); k++) folder = `${name}-${String(k)}`
    taken.add(folder.toLowerCase())
    return folder
  })
}

export async function inpaintMany(
  parsed: Parsed,
  context: Context,
  photos: readonly string[],
  start: (backend: Backend, photo: string, options: RunOptions) => Promise<RunReport>,
): Promise<void> {
  const out = outOf(parsed, context.cwd)
  if (parsed.given.has('trace'))
    throw new PalimpsestError('request', '--trace records one run: give one photograph, or leave it out.')
  const progress = progressLine(context.stderr, { quiet: parsed.given.has('quiet'), now: () => performance.now() })
  const folders = foldersOf(photos)
  const done: Done[] = []
  let told = 0
  const skipped: { readonly photo: string; readonly reason: string }[] = []
  try {
    await withBackend(context, async (backend) => {
      for (const [i, photo] of photos.entries()) {
        const folder = join(out, folders[i] ?? '')
        try {
          const report = await start(backend, photo, {
            out: folder,
            tensors: parsed.given.has('tensors'),
            onProgress: (at) => progress.show(at),
            onNotice: (sentence) => progress.say(`${basename(photo)}: ${sentence}`),
            signal: context.signal,
          })
          done.push({ photo, out: folder, report })
        } catch (error) {
          const { code, message } = toErrorData(error)
          // A model or a device that fails does so for all of them.
          if (code !== 'request') throw error
          skipped.push({ photo, reason: message })
        }
        // Where none can be filled the first reason is the answer, once.
        if (done.length > 0)
          for (const { photo: one, reason } of skipped.slice(told)) progress.say(`${basename(one)} is left out: ${reason}`)
        if (done.length > 0) told = skipped.length
      }
    })
  } finally {
    progress.end()
  }
  const [first] = skipped
  if (done.length === 0 && first !== undefined) throw new PalimpsestError('request', first.reason)
  context.out(parsed.given.has('json') ? JSON.stringify({ runs: done, skipped }, null, 2) : done.flatMap(filesOf).join('\n'))
}

const filesOf = ({ out, report }: Done): string[] =>
  [...report.images.flatMap(({ file, saved = [] }) => [file, ...saved.map((one) => one.file)]), 'run.json'].map((file) =>
    join(out, file),
  )
