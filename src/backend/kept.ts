import { existsSync } from 'node:fs'
import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { crc32 } from 'node:zlib'
import type { JobImage } from '../shared/api.ts'
import type { RunArgs, RunResult, StateEvent, StepEvent } from '../shared/engine.ts'
import type { RunReport } from '../shared/recipe.ts'
import type { TraceEvent } from '../shared/trace.ts'
import type { Engine } from './engines.ts'
import { openFolder } from './files.ts'
import { isSame, type Maker, makerOfRecipe } from './makers.ts'
import type { RunContext } from './run.ts'

/**
 * What a job has done, in a folder beside its pictures: which of them are finished, and of the run under way the last state that the engine
 * gave. A job that was killed goes on from there to the identical end (bit for bit on the CPU).
 *
 * [Note: kept] Nothing here waits for the disk (no fsync): a kill loses nothing that was written, and after a power cut what is torn is
 * told by its checksum and made again. The pictures themselves are the truth: a line about one that is gone counts for nothing. Lines are
 * written a few times a second at most, so that a job of a moment writes none.
 */
export interface Kept {
  /** What the report says of a finished picture, and what the queue was told of it. */
  picture(index: number): KeptPicture | undefined
  keepPicture(picture: KeptPicture): Promise<void>
  /** What the finished parts (batches of pictures) have in common; of several makings the last. */
  readonly recipe: RunReport['recipe'] | undefined
  /** Of a part of which every picture is finished. */
  part(part: number): KeptPart | undefined
  /** Its engine runs are not needed any more. */
  keepPart(part: KeptPart, recipe: RunReport['recipe'], runs: readonly number[]): Promise<void>
  /** What is kept of engine run `run`; undefined where there is nothing, or it was made by `maker` of another kind. */
  run(run: number, maker: string): Promise<KeptRun | undefined>
  keepRun(run: number, maker: string, what: KeptRun): Promise<void>
  /** Of a job that stops: writes what was not written yet, or `forgets` it where the job is done. Nothing is written afterwards. */
  close(forgets: boolean): Promise<void>
}

export interface KeptPicture {
  readonly index: number
  readonly image: RunReport['images'][number]
  readonly told: Partial<JobImage>
  readonly maker?: Maker
}

export interface KeptPart {
  readonly part: number
  readonly milliseconds: readonly RunResult['milliseconds'][]
}

/** The end of an engine run, or how far it came. */
export type KeptRun = { readonly result: RunResult } | { readonly state: Omit<StateEvent, 'kind'> }

type Line = { readonly picture: KeptPicture } | { readonly done: KeptPart } | { readonly recipe: RunReport['recipe'] }

/** A kill costs the lines of so long, and their pictures are made again. Milliseconds. */
const linesMs = 250

/** @param file of picture `index`. */
export async function openKept(folder: string, file: (index: number) => string): Promise<Kept> {
  const journal = join(folder, 'done.jsonl')
  const place = (run: number) => join(folder, `${String(run)}.run`)
  const pictures = new Map<number, KeptPicture>()
  const parts = new Map<number, KeptPart>()
  let recipe: RunReport['recipe'] | undefined
  for (const line of await linesOf(journal)) {
    if ('picture' in line) pictures.set(line.picture.index, line.picture)
    else if ('done' in line) parts.set(line.done.part, line.done)
    else recipe = line.recipe
  }
  let unwritten = ''
  let writtenAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const lines = unwritten
    unwritten = ''
    writtenAt = performance.now()
    if (lines === '') return writing
    // A disk that refuses costs the way back, not the run.
    return (writing = writing
      .then(() => openFolder(folder))
      .then(() => appendFile(journal, lines))
      .catch(() => undefined))
  }
  const append = async (line: Line): Promise<void> => {
    // A torn line may stand at the end: what comes next begins a line of its own.
    unwritten += `\n${JSON.stringify(line)}`
    const wait = writtenAt + linesMs - performance.now()
    if (wait <= 0) await flush()
    else timer ??= setTimeout(() => void flush(), wait)
  }

  return {
    picture(index) {
      const kept = pictures.get(index)
      return kept !== undefined && existsSync(file(index)) ? kept : undefined
    },
    async keepPicture(picture) {
      pictures.set(picture.index, picture)
      await append({ picture })
    },
    get recipe() {
      return recipe
    },
    part: (part) => parts.get(part),
    async keepPart(done, its, runs) {
      if (recipe === undefined || !isSame(makerOfRecipe(recipe), makerOfRecipe(its))) await append({ recipe: (recipe = its) })
      parts.set(done.part, done)
      await append({ done })
      for (const run of runs) if (existsSync(place(run))) await rm(place(run), { force: true })
    },
    run: async (run, maker) => (existsSync(place(run)) ? readRun(place(run), maker) : undefined),
    async keepRun(run, maker, what) {
      await openFolder(folder)
      await writeRun(place(run), maker, what)
    },
    close(forgets) {
      if (forgets) unwritten = ''
      return flush()
    },
  }
}

async function linesOf(journal: string): Promise<readonly Line[]> {
  if (!existsSync(journal)) return []
  const text = await readFile(journal, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Line]
    } catch {
      return [] // torn
    }
  })
}

/** A checksum of 4 bytes, then { maker, ...what } as V8 writes it. */
async function writeRun(path: string, maker: string, what: KeptRun): Promise<void> {
  const data = serialize({ maker, ...what })
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(data))
  await writeFile(`${path}.tmp`, Buffer.concat([sum, data]))
  await rename(`${path}.tmp`, path)
}

async function readRun(path: string, maker: string): Promise<KeptRun | undefined> {
  try {
    const bytes = await readFile(path)
    const data = bytes.subarray(4)
    if (crc32(data) !== bytes.readUInt32LE(0)) return undefined
    const read = deserialize(data) as KeptRun & { readonly maker: string }
    return read.maker === maker ? read : undefined
  } catch {
    return undefined
  }
}

/** A part whose pictures are all finished, with them. */
export function finishedPart(
  kept: Kept | undefined,
  part: number,
  from: number,
  size: number,
): (KeptPart & { readonly pictures: readonly KeptPicture[] }) | undefined {
  const done = kept?.part(part)
  if (kept?.recipe === undefined || done === undefined) return undefined
  const pictures = Array.from({ length: size }, (_, i) => kept.picture(from + i))
  const whole = pictures.filter((picture) => picture !== undefined)
  return whole.length === size ? { ...done, pictures: whole } : undefined
}

export interface KeptRunHandlers {
  /** Of the engine run within the job. */
  readonly number: number
  readonly onStep: (step: StepEvent) => void
  readonly onTrace?: ((event: TraceEvent) => void) | undefined
}

/** An engine run that is not made twice: its end where it was there already, else on from its last state, which is kept every few seconds. */
export async function keptRun(
  { kept, app, signal, tuning }: Pick<RunContext, 'kept' | 'app' | 'signal' | 'tuning'>,
  engine: Engine,
  args: RunArgs,
  { number, onStep, onTrace }: KeptRunHandlers,
): Promise<RunResult> {
  if (kept === undefined) return engine.run(args, signal, onStep, onTrace)
  // Another device or another file of the model would end elsewhere.
  const { device, sha256, onnxruntime } = engine.loaded
  const maker = JSON.stringify([app, device, sha256, onnxruntime])
  const before = await kept.run(number, maker)
  if (before !== undefined && 'result' in before) return before.result
  const from = before?.state
  let latest: KeptRun | undefined
  let writing: Promise<void> | undefined
  const write = async () => {
    for (let next = latest; next !== undefined; next = latest) {
      latest = undefined
      // A disk that refuses costs the way back, not the run.
      await kept.keepRun(number, maker, next).catch(() => undefined)
    }
    writing = undefined
  }
  const onState = ({ kind: _kind, ...state }: StateEvent) => {
    latest = { state: { ...state, milliseconds: added(state.milliseconds, from?.milliseconds) } }
    writing ??= write()
  }
  const asked: RunArgs = {
    ...args,
    keepMs: tuning.keepMs,
    ...(from === undefined ? {} : { resume: { state: from.state, steps: from.steps, nfe: from.nfe } }),
  }
  try {
    const made = await engine.run(asked, signal, onStep, onTrace, onState)
    const result = { ...made, milliseconds: added(made.milliseconds, from?.milliseconds) }
    await writing
    // A batch of pictures is written at once; what follows a window of a fill may take minutes.
    if (args.kind === 'inpaint') await kept.keepRun(number, maker, { result }).catch(() => undefined)
    return result
  } finally {
    await writing
  }
}

function added(now: RunResult['milliseconds'], before: RunResult['milliseconds'] | undefined): RunResult['milliseconds'] {
  if (before === undefined) return now
  return { total: now.total + before.total, model: now.model + before.model, elsewhere: now.elsewhere + before.elsewhere }
}
