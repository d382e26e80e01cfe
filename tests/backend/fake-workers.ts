import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DeviceName } from '../../src/shared/card.ts'
import type { DeviceReport, LoadArgs, RunArgs } from '../../src/shared/engine.ts'
import { PalimpsestError } from '../../src/shared/errors.ts'
import { type CallContext, type MethodTable, type Port, serveMethods, type WorkerProcess } from '../../src/shared/port.ts'
import { wordsOf } from '../../src/imaging/recipe-words.ts'
import type { PictureFacts } from '../../src/shared/imaging.ts'
import type { CropRecipe, Recipe } from '../../src/shared/recipe.ts'

/**
 * Workers in this process, behind a Port that clones and delivers later, as a real one does. The engine really computes: image = a
 * function of seed and pixel, so that batches, chunks and crops can be told apart. Photos are small JSON files, pictures too.
 */

type Handler = (message: unknown) => void

function portPair(): [Port, Port, () => void] {
  const handlers: [Set<Handler>, Set<Handler>] = [new Set(), new Set()]
  let cut = false
  const end = (own: 0 | 1): Port => ({
    post(message) {
      const copy: unknown = structuredClone(message)
      setImmediate(() => {
        if (!cut) handlers[own === 0 ? 1 : 0].forEach((handler) => handler(copy))
      })
    },
    listen(handler) {
      handlers[own].add(handler)
      return () => handlers[own].delete(handler)
    },
  })
  return [end(0), end(1), () => (cut = true)]
}

export interface FakeProcess extends WorkerProcess {
  readonly killed: boolean
  die(reason: string): void
}

let pids = 1

export function startFake(serve: (die: (reason: string) => void) => MethodTable): FakeProcess {
  const [near, far, cut] = portPair()
  let settle: (reason: string) => void = () => undefined
  const ended = new Promise<string>((resolve) => (settle = resolve))
  let killed = false
  const die = (reason: string) => {
    cut()
    settle(reason)
  }
  serveMethods(far, serve(die))
  return {
    port: near,
    pid: pids++,
    ended,
    die,
    kill() {
      killed = true
      die('was ended by SIGKILL')
    },
    get killed() {
      return killed
    },
  }
}

/** What the next model call of an engine does; consumed by it. */
export type Trouble = 'crash' | 'memory' | 'nan' | 'hang' | 'throw'

export interface World {
  readonly engines: FakeProcess[]
  readonly imagings: FakeProcess[]
  /** Folders that photos were opened into. */
  readonly opens: string[]
  readonly loads: LoadArgs[]
  readonly runs: RunArgs[]
  /** Per device: the sentence why it does not load, or how its probe goes wrong. */
  readonly broken: Map<DeviceName, string>
  readonly probes: Map<DeviceName, Partial<DeviceReport> | 'hang' | 'crash'>
  readonly troubles: { at: number; trouble: Trouble }[]
  /** Model calls so far, over all engines. */
  calls: number
  /** Awaited before each model call: lets a test hold a run. */
  gate: (call: number) => Promise<void> | void
}

export function pixel(seed: number, at: number): number {
  return Math.fround(Math.sin(seed * 12.9898 + at * 78.233))
}

export function fakeEngine(world: World, die: (reason: string) => void): MethodTable {
  let loaded: LoadArgs | undefined
  const forever = new Promise<never>(() => undefined)
  return {
    async probe({ device }: { device: DeviceName }): Promise<DeviceReport> {
      const way = world.probes.get(device)
      if (way === 'hang') return forever
      if (way === 'crash') {
        die('ended with exit status 134')
        return forever
      }
      return { device, available: device === 'cpu', name: device, ...way }
    },
    load(args: LoadArgs) {
      const why = world.broken.get(args.device)
      if (why !== undefined) throw new PalimpsestError('device', why)
      loaded = args
      world.loads.push(args)
      const [file] = args.card.files
      const sha256 = createHash('sha256')
        .update(readFileSync(join(args.folder, file!.file)))
        .digest('hex')
      return {
        device: args.device,
        provider: `${args.device}-provider`,
        onnxruntime: '9.9.9',
        file: file!.file,
        sha256,
        milliseconds: 1,
      }
    },
    async run(args: RunArgs, context: CallContext) {
      const card = loaded!.card
      const n = args.seeds.length
      const [c, h, w] = [card.image.channels, args.height, args.width]
      world.runs.push(args)
      for (let step = (args.resume?.steps ?? 0) + 1; step <= args.steps; step++) {
        const call = world.calls++
        await world.gate(call)
        const index = world.troubles.findIndex(({ at }) => at === call)
        const trouble = index < 0 ? undefined : world.troubles.splice(index, 1)[0]!.trouble
        if (trouble === 'crash') {
          die('was ended by SIGSEGV: Segmentation fault')
          return forever
        }
        if (trouble === 'memory') {
          die('was ended by SIGABRT: std::bad_alloc')
          return forever
        }
        if (trouble === 'hang') return forever
        if (trouble === 'throw') throw new Error('an exception in the engine')
        if (trouble === 'nan') throw new PalimpsestError('device', 'The model gave values that are no numbers.', 'nan')
        if (args.trace !== undefined) {
          const x = { shape: { n, c, h, w }, data: Float32Array.from({ length: n * c * h * w }, (_, i) => pixel(step, i)) }
          const state = args.trace.states
            ? { state: { next: step, x, memory: [x, { shape: { n: 1, c: 1, h: 1, w: 1 }, data: Float64Array.of(step) }] } }
            : {}
          const record = {
            index: step - 1,
            t: 9,
            alphaBar: 0.5,
            sigma: 1,
            scoreNorm: [1],
            stepSize: 1,
            nfe: step,
            milliseconds: step,
          }
          context.emit({ kind: 'trace', step: record, ...state })
        }
        context.emit({
          kind: 'step',
          step,
          steps: args.steps,
          calls: step,
          callsTotal: args.steps,
          sigma: args.steps - step,
          milliseconds: 10 * step,
          modelMilliseconds: 9 * step,
          ...(args.preview.size > 0
            ? { previews: args.seeds.map((_, i) => ({ index: i, width: 1, height: 1, rgb: new Uint8Array([i, 0, 0]) })) }
            : {}),
        })
        if (args.keepMs === 0) {
          const x = { shape: { n, c, h, w }, data: new Float32Array(n * c * h * w).fill(step) }
          const milliseconds = { total: 10 * step, model: 9 * step, elsewhere: step }
          context.emit({ kind: 'state', state: { next: step, x, memory: [] }, steps: step, nfe: step, milliseconds })
        }
        await new Promise(setImmediate)
        if (context.cancelled) throw new PalimpsestError('cancelled', 'Cancelled.')
      }
      const images = new Float32Array(n * c * h * w)
      for (let i = 0; i < images.length; i++) {
        const at = i % (c * h * w)
        const keep = args.kind === 'inpaint' && args.mask[at % (h * w)] === 0
        images[i] = keep ? args.photo[at]! : pixel(args.seeds[Math.floor(i / (c * h * w))]!, at)
      }
      const sigmas = Array.from({ length: args.steps + 1 }, (_, i) => args.steps - i)
      const milliseconds = { total: 10 * args.steps, model: 9 * args.steps, elsewhere: args.steps }
      return { shape: { n, c, h, w }, images, sigmas, timesteps: sigmas.slice(0, -1), nfe: args.steps, milliseconds }
    },
    bare: ({ steps }: { steps: number }) => Array.from({ length: steps }, () => 9.5),
  }
}

export interface FakePhoto {
  readonly width: number
  readonly height: number
  readonly coloured?: boolean
}
export interface FakeMask {
  readonly crops: readonly CropRecipe[]
}

export const sha = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
export const readJson = <T>(path: string) => JSON.parse(readFileSync(path, 'utf8')) as T
const save = (path: string, value: unknown) => {
  writeFileSync(path, JSON.stringify(value))
  return { sha256: sha(readFileSync(path)), pixels: sha('pixels'), painted: 0 }
}
export const modelSide = 2

/** A mask file of the fake is `{ crops }`; a tile's bytes are such a file. */
export function fakeImaging({ opens }: World): MethodTable {
  const cropsOf = (mask: string) => readJson<FakeMask>(mask).crops
  return {
    open({ path, folder }: { path: string; folder: string }) {
      opens.push(folder)
      const text = readFileSync(path, 'utf8')
      let photo: FakePhoto
      try {
        photo = JSON.parse(text) as FakePhoto
      } catch {
        throw new PalimpsestError('request', `${basename(path)} is no picture.`)
      }
      const tile = join(folder, 'tiles', '0')
      mkdirSync(tile, { recursive: true })
      writeFileSync(join(tile, '0_0.png'), text)
      writeFileSync(join(folder, 'source.bin'), text)
      const levels = [{ width: photo.width, height: photo.height }]
      const fixed = { depth: 8, channels: 3, format: 'png', icc: false, coloured: photo.coloured ?? false, notices: [], levels }
      return { sha256: sha(text), width: photo.width, height: photo.height, ...fixed }
    },
    readMask: ({ path, out }: { path: string; out: string }) => save(out, readJson(path)),
    presetMask: ({ out }: { out: string }) => save(out, { crops: [crop(0)] } satisfies FakeMask),
    writeMaskTiles({ tiles, out }: { tiles: readonly { png: Uint8Array }[]; out: string }) {
      let earlier: FakeMask = { crops: [] }
      try {
        earlier = readJson(out)
      } catch {
        // none yet
      }
      const added = tiles.flatMap(({ png }) => (JSON.parse(Buffer.from(png).toString()) as FakeMask).crops)
      const crops = [...earlier.crops, ...added]
      return { ...save(out, { crops }), painted: crops.length }
    },
    readMaskTiles: ({ mask }: { mask: string }) => [{ column: 0, row: 0, png: new Uint8Array(readFileSync(mask)) }],
    selectTiles: ({ from }: { from: unknown }) => [{ column: 0, row: 0, png: new Uint8Array(Buffer.from(JSON.stringify(from))) }],
    plan: ({ mask }: { mask: string }) => ({ crops: cropsOf(mask), painted: cropsOf(mask).length }),
    input: ({ crop: { x }, quick = false }: { crop: CropRecipe; quick?: boolean }) => ({
      photo: new Float32Array(4).fill(x / 10),
      mask: new Uint8Array([0, 1, 1, 1]),
      ...(quick ? { quick: new Float32Array(4).fill(x / 10 + 5) } : {}),
    }),
    enlarge: ({ fill }: { fill: Float32Array }) => fill.map((value) => 10 + value),
    composite(args: {
      out: string
      fills: readonly Float32Array[]
      crops: readonly CropRecipe[]
      recipe: unknown
      photo: string
      keepGrey?: boolean
    }) {
      const source = readJson<FakePhoto>(join(args.photo, 'source.bin'))
      const written = save(args.out, {
        ...source,
        fills: args.fills.map((fill) => [...fill]),
        crops: args.crops,
        recipe: args.recipe,
        ...(args.keepGrey === undefined ? {} : { keepGrey: args.keepGrey }),
      })
      return { ...written, changedOutside: 0 }
    },
    writeImages(args: {
      images: Float32Array
      shape: { c: number; h: number; w: number }
      files: readonly { out: string; recipe: unknown }[]
      tensors: boolean
    }) {
      const each = args.shape.c * args.shape.h * args.shape.w
      return args.files.map(({ out, recipe }, i) => {
        const values = Array.from(args.images.slice(i * each, (i + 1) * each))
        if (args.tensors) writeFileSync(out.replace(/\.png$/, '.npy'), 'tensor')
        return { ...save(out, { values, recipe }), pixels: sha(JSON.stringify(values)) }
      })
    },
    describe: ({ paths }: { paths: readonly string[] }) => paths.map(fakeFacts),
    readTexts: ({ path }: { path: string }) => {
      const { recipe } = readJson<{ recipe?: unknown }>(path)
      return recipe === undefined || recipe === null
        ? { text: 'none', recipe: null, parameters: null }
        : { text: 'recipe', recipe, parameters: null }
    },
    thumb: ({ path, out }: { path: string; out: string }) => writeFileSync(out, readFileSync(path)),
    copyPicture: ({ from, out }: { from: string; out: string }) => writeFileSync(out, readFileSync(from)),
    contactSheet: (args: { out: string }) => {
      writeFileSync(args.out, JSON.stringify(args))
      return { width: 1, height: 1 }
    },
    readRecipe: ({ path }: { path: string }) => readJson<{ recipe: unknown }>(path).recipe,
    thumbnail: ({ path, out }: { path: string; out: string }) => writeFileSync(out, readFileSync(path)),
    close: () => null,
  }
}

/** A fake picture is JSON; what of it is no JSON is damaged. */
function fakeFacts(path: string): PictureFacts | null {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return null
  const bytes = readFileSync(path)
  const facts = { bytes: found.size, modified: Math.floor(found.mtimeMs), content: sha(bytes).slice(0, 32), width: 2, height: 2 }
  let recipe: Recipe | null | undefined
  let damaged = false
  try {
    recipe = (JSON.parse(bytes.toString()) as { recipe?: Recipe | null }).recipe
  } catch {
    damaged = true
  }
  const text = damaged ? 'damaged' : recipe === undefined || recipe === null ? 'none' : 'recipe'
  return { ...facts, damaged, text, ...wordsOf(recipe ?? null, null) }
}

export const crop = (x: number): CropRecipe => ({ x, y: 0, width: 8, height: 8, modelWidth: modelSide, modelHeight: modelSide })
