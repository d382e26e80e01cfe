import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Pixels } from '../../src/imaging/decode.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import type { ImagingMethods, ModelSize } from '../../src/shared/imaging.ts'
import { connect } from '../../src/shared/port.ts'
import { type BlendSettings, saveSettings } from '../../src/shared/request.ts'
import { chance, encoder, randomPicture, recipe } from '../imaging/pictures.ts'

// The built imaging worker (out/main/imaging.js) in a process of its own. Run `npm run build` first.

type Build = 'native' | 'wasm'

interface Worker {
  readonly pid: number
  call<K extends keyof ImagingMethods & string>(
    method: K,
    args: Parameters<ImagingMethods[K]>[0],
  ): Promise<Awaited<ReturnType<ImagingMethods[K]>>>
}

/** `fileBlocks`: the largest file it may write, in 512-byte blocks (RLIMIT_FSIZE): writing on fails as on a full disk. */
function start(build: Build, fileBlocks?: number): Worker {
  const file = join(import.meta.dirname, '../../out/main/imaging.js')
  if (!existsSync(file)) throw new Error('out/main/imaging.js is missing: run `npm run build` first.')
  const env = { PATH: process.env['PATH'] ?? '', ...(build === 'wasm' ? { PALIMPSEST_SHARP: 'wasm' } : {}) }
  const limit = fileBlocks === undefined ? '' : `ulimit -f ${fileBlocks}; `
  const child = spawn('/bin/sh', ['-c', `${limit}exec "$0" "$1"`, process.execPath, file], {
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await gone
  })
  const remote = connect<ImagingMethods>({
    post: (message) => void child.send(message as object),
    listen(handler) {
      child.on('message', handler)
      return () => child.off('message', handler)
    },
  })
  return { pid: child.pid ?? -1, call: (method, args) => remote.call(method, args as never).result as never }
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'palimpsest-imaging-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Every file below, by its path, as a hash of its bytes. */
async function tree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    await Promise.all(
      files.toSorted().map(
        async (file) =>
          [
            relative(folder, file),
            createHash('sha256')
              .update(await readFile(file))
              .digest('hex'),
          ] as const,
      ),
    ),
  )
}

const colour: ModelSize = { channels: 3, range: [-1, 1], size: { width: 64, height: 64 } }
const blend: BlendSettings = { padding: 32, grow: 2, feather: 6, side: 'outward' }

/** A picture with soft shapes and some grain, as a photograph has. */
function scene(width: number, height: number, depth: 8 | 16): Pixels {
  const grain = randomPicture(1, 256, 256, 3, 8).data
  const data = depth === 8 ? new Uint8Array(width * height * 3) : new Uint16Array(width * height * 3)
  const top = 2 ** depth - 1
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, i++) {
        const soft = 0.5 + 0.4 * Math.sin(x / (90 + 20 * c)) * Math.cos(y / (70 - 9 * c))
        data[i] = top * (soft + grain[((y & 255) * 256 + (x & 255)) * 3 + c]! / 255 / 20)
      }
    }
  }
  return { width, height, channels: 3, data }
}

describe('the two builds of sharp', () => {
  it('give equal files for every format: tiles, source, mask, fill, thumbnail; and equal inputs for the model', async () => {
    const folder = await temporaryFolder()
    const picture = scene(700, 530, 8)
    const files = {
      'a.jpg': await (await encoder(picture)).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      'a.png': await (await encoder(scene(700, 530, 16))).png().toBuffer(),
      'a.webp': await (await encoder(picture)).webp().toBuffer(),
      'a.tif': await (await encoder(randomPicture(2, 64, 50, 4, 16))).tiff().toBuffer(),
      'a.avif': await (await encoder(picture)).avif().toBuffer(),
      'a.gif': await (await encoder(picture)).gif().toBuffer(),
      'cmyk.jpg': await (await encoder(picture)).toColourspace('cmyk').jpeg().toBuffer(),
    }
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    const results = await Promise.all(
      (['native', 'wasm'] as const).map(async (build) => {
        const worker = start(build)
        const said: unknown[] = []
        for (const name of Object.keys(files)) {
          const photo = join(folder, build, name)
          said.push(await worker.call('open', { path: join(folder, name), folder: photo }))
          const mask = join(photo, 'mask.png')
          said.push(await worker.call('presetMask', { photo, preset: 'centre', out: mask }))
          const { crops } = await worker.call('plan', { photo, mask, model: colour, blend })
          const settings = { photo, mask, model: colour, blend, asGrey: false, invert: false }
          const inputs = await Promise.all(crops.map((crop) => worker.call('input', { ...settings, crop })))
          said.push(crops, inputs)
          const next = chance(4)
          const fills = inputs.map(({ photo: input }) => input.map((value) => value + next() - 0.5))
          const finish = { grain: 1, seam: 'membrane', seed: 3 } as const
          said.push(await worker.call('composite', { ...settings, finish, crops, fills, out: join(photo, 'out.png'), recipe }))
          for (const format of ['png', 'tiff', 'webp', 'jpeg'] as const) {
            const asked = saveSettings.parse({ format, exif: true })
            const fill = { photo, mask, blend, asGrey: false }
            const [picture, original, out] = [join(photo, 'out.png'), join(folder, name), join(photo, `saved.${format}`)]
            said.push(await worker.call('save', { picture, fill, original, settings: asked, out }))
          }
          await worker.call('thumbnail', { path: join(folder, name), size: 96, out: join(photo, 'thumbnail.png') })
          said.push(await worker.call('readRecipe', { path: join(photo, 'out.png') }))
        }
        // Where the system tells what a process has loaded: it must be the build that was asked for.
        const maps = await readFile(`/proc/${worker.pid}/maps`, 'utf8').catch(() => null)
        if (maps !== null) expect(/sharp-libvips/.test(maps)).toBe(build === 'native')
        return { said, files: await tree(join(folder, build)) }
      }),
    )
    expect(Object.keys(results[0]!.files).length).toBeGreaterThan(40)
    expect(results[1]).toEqual(results[0])
  })
})

describe('a photograph of 24 megapixels', () => {
  for (const build of ['native', 'wasm'] as const) {
    it(`is opened, filled and written with 0 changed pixels outside A (${build})`, async () => {
      const folder = await temporaryFolder()
      const [path, photo, mask, out] = ['p.jpg', 'photo', 'mask.png', 'out.png'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
        string,
      ]
      const [width, height] = [6000, 4000]
      const jpeg = await (await encoder(scene(width, height, 8))).jpeg({ quality: 92 }).toBuffer()
      await writeFile(path, jpeg)
      const worker = start(build)
      const times: string[] = []
      const timed = async <T>(name: string, work: Promise<T>): Promise<T> => {
        const from = performance.now()
        const result = await work
        times.push(`${name} ${Math.round(performance.now() - from)} ms`)
        return result
      }
      await timed('open', worker.call('open', { path, folder: photo }))
      const disc = Uint8Array.from({ length: width * height }, (_, i) =>
        Math.hypot((i % width) - 2900, Math.floor(i / width) - 1500) < 700 ? 255 : 0,
      )
      await writeFile(
        join(folder, 'disc.png'),
        await (await encoder({ width, height, channels: 1, data: disc })).png({ compressionLevel: 1 }).toBuffer(),
      )
      await timed('mask', worker.call('readMask', { path: join(folder, 'disc.png'), photo, keep: false, out: mask }))
      const settings = { photo, mask, model: colour, blend, asGrey: false, invert: false }
      const { crops, painted } = await timed('plan', worker.call('plan', { photo, mask, model: colour, blend }))
      expect(crops).toHaveLength(1)
      await timed('input', worker.call('input', { ...settings, crop: crops[0]! }))
      const fills = [new Float32Array(3 * 64 * 64).fill(0.9)]
      const finish = { grain: 1, seam: 'membrane', seed: 3 } as const
      const written = await timed('composite', worker.call('composite', { ...settings, finish, crops, fills, out, recipe }))
      // The scene's grain, evenly spread over a twentieth of the range.
      expect(written.grain).toBeGreaterThan(2)
      expect(written.changedOutside).toBe(0)
      // Once more without any of our code: changed pixels lie inside the disc grown by the blend and are as many as are blended, or fewer.
      const sharp = await loadSharp()
      const [source, got] = [await sharp(jpeg).raw().toBuffer(), await sharp(out).raw().toBuffer()]
      let [changed, outside] = [0, 0]
      for (let i = 0; i < width * height; i++) {
        if (source[3 * i] === got[3 * i] && source[3 * i + 1] === got[3 * i + 1] && source[3 * i + 2] === got[3 * i + 2]) continue
        changed++
        if (Math.hypot((i % width) - 2900, Math.floor(i / width) - 1500) >= 700 + 2 + 6 + 1) outside++
      }
      expect(outside).toBe(0)
      expect(changed).toBeLessThanOrEqual(painted)
      expect(changed).toBeGreaterThan(0.99 * painted)
      console.info(`6000x4000 ${build}: ${times.join(', ')}`)
    })
  }

  it('painted all over and feathered inwards is planned and blended too', async () => {
    const folder = await temporaryFolder()
    const [path, photo, mask, out] = ['p.jpg', 'photo', 'mask.png', 'out.png'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ]
    await writeFile(path, await (await encoder(scene(6000, 4000, 8))).jpeg().toBuffer())
    const worker = start('native')
    await worker.call('open', { path, folder: photo })
    await worker.call('presetMask', { photo, preset: 'expand', out: mask })
    const inwards: BlendSettings = { padding: 32, grow: 0, feather: 40, side: 'inside' }
    const settings = { photo, mask, model: colour, blend: inwards, asGrey: false, invert: false }
    const from = performance.now()
    const { crops } = await worker.call('plan', { photo, mask, model: colour, blend: inwards })
    const planned = performance.now()
    expect(crops).toEqual([{ x: 0, y: -1000, width: 6000, height: 6000, modelWidth: 64, modelHeight: 64 }])
    const { mask: hole } = await worker.call('input', { ...settings, crop: crops[0]! })
    const given = performance.now()
    expect(hole.some((value) => value === 0) && hole.some((value) => value === 1)).toBe(true)
    const written = await worker.call('composite', {
      ...settings,
      crops,
      fills: [new Float32Array(3 * 64 * 64)],
      out,
      recipe: null,
    })
    expect(written.changedOutside).toBe(0)
    const ms = (a: number, b: number) => `${Math.round(b - a)} ms`
    console.info(
      `6000x4000 painted nearly all over: plan ${ms(from, planned)}, input ${ms(planned, given)}, composite ${ms(given, performance.now())}`,
    )
  })
})

describe('a full disk', () => {
  it('fails the fill with code disk and leaves nothing half-written, and the earlier file whole', async () => {
    const folder = await temporaryFolder()
    const [path, photo, mask, out] = ['p.png', 'photo', 'mask.png', 'out/fill.png'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ]
    await writeFile(path, await (await encoder(randomPicture(1, 300, 200, 3, 8))).png().toBuffer())
    const roomy = start('native')
    await roomy.call('open', { path, folder: photo })
    await roomy.call('presetMask', { photo, preset: 'centre', out: mask })
    const settings = { photo, mask, model: colour, blend, crops: [], fills: [], asGrey: false, invert: false, out, recipe }
    const first = await roomy.call('composite', settings)
    // 20 kB: less than the fill, more than its temporary file's first bytes.
    const cramped = start('native', 40)
    await expect(cramped.call('composite', { ...settings, recipe: null })).rejects.toMatchObject({
      code: 'disk',
      message: 'The disk is full: fill.png was not saved.',
    })
    expect(await tree(join(folder, 'out'))).toEqual({ 'fill.png': first.sha256 })
    const other = join(folder, 'other')
    await expect(cramped.call('open', { path, folder: other })).rejects.toMatchObject({ code: 'disk' })
    expect(existsSync(join(other, 'photo.json'))).toBe(false)
    expect(Object.keys(await tree(other)).filter((name) => name.includes('.tmp'))).toEqual([])
    // What fits is still written by the same process.
    expect((await cramped.call('presetMask', { photo, preset: 'left', out: mask })).painted).toBe(150 * 200)
  })
})
