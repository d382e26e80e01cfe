import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decode, type Pixels } from '../../src/imaging/decode.ts'
import { chance, encoder, free, imaging, randomPicture, temporaryFolder } from './pictures.ts'

/** A fill of which the colours alone are taken: the grey stays the photograph's. */

async function coloured(picture: Pixels, keepGrey: boolean, fillOf: (next: () => number) => number) {
  const folder = await temporaryFolder()
  const [path, photo, mask, out] = ['p.png', 'photo', 'mask.png', 'out.png'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ]
  await writeFile(path, await (await encoder(picture)).png().toBuffer())
  await imaging.open({ path, folder: photo })
  await imaging.presetMask({ photo, preset: 'left', out: mask })
  const model = free
  const blend = { padding: 4, grow: 0, feather: 0, side: 'outward' } as const
  const { crops } = await imaging.plan({ photo, mask, model, blend })
  const next = chance(5)
  const fills = crops.map(({ modelWidth, modelHeight }) =>
    Float32Array.from({ length: 3 * modelWidth * modelHeight }, () => fillOf(next)),
  )
  const settings = { photo, mask, model, blend, crops, fills, asGrey: false, invert: false, out, recipe: null }
  const { changedOutside } = await imaging.composite({ ...settings, ...(keepGrey ? { keepGrey } : {}) })
  return { changedOutside, written: await decode(await readFile(out), out) }
}

const isPainted = (i: number, width: number) => 2 * (i % width) < width
const meanAt = ({ data, channels }: Pixels, i: number) =>
  channels < 3 ? data[i * channels]! : (data[i * channels]! + data[i * channels + 1]! + data[i * channels + 2]!) / 3

describe('colours alone', () => {
  it.each([
    [1, 8],
    [2, 8],
    [1, 16],
    [3, 8],
    [4, 16],
  ] as const)(
    'of a photograph of %i channels and %i bits: the mean stays everywhere, colours come where it is painted',
    async (channels, depth) => {
      const picture = randomPicture(3, 40, 30, channels, depth)
      // Far beyond the range too: such a colour fades and is not cut.
      const { changedOutside, written } = await coloured(picture, true, (next) => 4 * next() - 2)
      expect(changedOutside).toBe(0)
      expect([written.width, written.height, written.channels]).toEqual([40, 30, channels < 3 ? channels + 2 : channels])
      expect(written.data.constructor).toBe(picture.data.constructor)
      let [drift, colours] = [0, 0]
      for (let i = 0; i < 1200; i++) {
        const [red, green, blue] = written.data.subarray(i * written.channels)
        // Three channels are rounded, each by half a step at most.
        drift = Math.max(drift, Math.abs(meanAt(written, i) - meanAt(picture, i)))
        if (isPainted(i, 40)) colours += red === green && green === blue ? 0 : 1
        else if (channels < 3) expect([red, green, blue]).toEqual(Array.from({ length: 3 }, () => picture.data[i * channels]))
        if (channels % 2 === 0) expect(written.data[(i + 1) * written.channels - 1]).toBe(picture.data[(i + 1) * channels - 1])
      }
      expect(drift).toBeLessThanOrEqual(0.5)
      expect(colours).toBeGreaterThan(550)
    },
  )

  it('are not taken unless asked for: a fill then brings its own light and dark, and a grey file stays grey', async () => {
    const { written } = await coloured(randomPicture(3, 40, 30, 1, 8), false, () => 1)
    expect(written.channels).toBe(1)
    expect(written.data[0]).toBe(255)
  })
})
