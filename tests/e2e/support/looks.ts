import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { expect, results, root } from './studio.ts'

/**
 * What a screen looked like when it was last looked at, one small picture a state. A pixel of a reference is the mean of ten by ten of the screen:
 * neither the machine's way to draw a letter nor a number that changes shows in it, but a panel, a stroke or a colour that is gone does.
 * `LOOKS=write` takes them anew; they are then to be looked at.
 */
const folder = join(root, 'tests/e2e/references')
const scale = 10
/** The title and the line of jobs tell of devices and times, the rail of other screens, and the settings are words. */
const cut = { top: 40, bottom: 60, left: 60, right: 320 }
/** Levels of 255: of one pixel of a reference, and of all of them together. */
const tolerance = { most: 30, mean: 3 }

export interface Difference {
  readonly most: number
  readonly mean: number
}

async function lookAt(page: Page): Promise<{ readonly png: Buffer; readonly values: Buffer }> {
  const shot = sharp(await page.screenshot({ animations: 'disabled', caret: 'hide' })).removeAlpha()
  const { width, height } = await shot.metadata()
  const [across, down] = [width, height - cut.top - cut.bottom]
  const middle = await shot.extract({ left: 0, top: cut.top, width: across, height: down }).toBuffer()
  const small = sharp(middle)
    .resize(Math.round(across / scale), Math.round(down / scale), { fit: 'fill', kernel: 'linear' })
    .extract({
      left: cut.left / scale,
      top: 0,
      width: Math.round(across / scale) - (cut.left + cut.right) / scale,
      height: Math.round(down / scale),
    })
  return { png: await small.clone().png({ compressionLevel: 9 }).toBuffer(), values: await small.raw().toBuffer() }
}

function difference(a: Buffer, b: Buffer): Difference {
  if (a.length !== b.length) return { most: 255, mean: 255 }
  let [most, sum] = [0, 0]
  for (let at = 0; at < a.length; at++) {
    const by = Math.abs((a[at] ?? 0) - (b[at] ?? 0))
    most = Math.max(most, by)
    sum += by
  }
  return { most, mean: sum / a.length }
}

const isAlike = ({ most, mean }: Difference): boolean => most <= tolerance.most && mean <= tolerance.mean

/** Waits until the page looks as it did. */
export async function expectLook(page: Page, name: string): Promise<void> {
  const file = join(folder, `${name}.png`)
  if (process.env['LOOKS'] === 'write') return writeLook(page, file)
  expect(existsSync(file), `${file} is there`).toBe(true)
  const wanted = await sharp(file).removeAlpha().raw().toBuffer()
  await expect
    .poll(
      async () => {
        const { png, values } = await lookAt(page)
        const found = difference(values, wanted)
        if (!isAlike(found)) await sharp(png).toFile(join(results, `looks-${name}.png`))
        return isAlike(found) ? 'alike' : `${name} differs by ${found.mean.toFixed(1)}, at most ${found.most}`
      },
      { message: `${name} looks as in ${file}` },
    )
    .toBe('alike')
}

/** When nothing has changed for a good while. */
async function writeLook(page: Page, file: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  let last = await lookAt(page)
  await expect
    .poll(
      async () => {
        const before = last.values
        last = await lookAt(page)
        return last.values.equals(before)
      },
      { intervals: [4000] },
    )
    .toBe(true)
  await sharp(last.png).toFile(file)
}

/** The names of those that could be taken for one another: a reference that another state passes for proves nothing. */
export async function confused(names: readonly string[]): Promise<readonly string[]> {
  const looks = await Promise.all(
    names.map((name) =>
      sharp(join(folder, `${name}.png`))
        .removeAlpha()
        .raw()
        .toBuffer(),
    ),
  )
  return names.flatMap((a, i) =>
    names.slice(i + 1).flatMap((b, j) => {
      const [one, other] = [looks[i], looks[i + 1 + j]]
      return one !== undefined && other !== undefined && isAlike(difference(one, other)) ? [`${a} and ${b}`] : []
    }),
  )
}
