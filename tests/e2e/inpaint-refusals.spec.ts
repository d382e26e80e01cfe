/** What cannot be opened, and a disk that is full: a sentence each, and the work on the table stays. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { setNumber } from './support/generate.ts'
import { canvas, expectFilled, fillButton, fills, goToInpaint, paint, painted, picture } from './support/inpaint.ts'
import { treeOf } from './support/processes.ts'
import { expect, test } from './support/studio.ts'

/** What is said over the table; the line of jobs has its own. */
const alert = (page: Page) => page.getByRole('alert').filter({ has: page.getByRole('button', { name: 'Close this message' }) })
const paper = () => [230, 230, 230]
const photo = (page: Page) => page.locator('input[type=file]').first()

/** What does not pack: each value from 0 to 255 comes about as often, in no order. */
function noise(count: number, seed: number): Buffer {
  let state = seed
  return Buffer.from(
    Array.from({ length: count }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 255
    }),
  )
}

/** The heads of pictures that no disk would hold: what is too large is known from them alone. */
function hugePng(small: Buffer): Buffer {
  const huge = Buffer.from(small)
  huge.writeUInt32BE(20_000, 16)
  huge.writeUInt32BE(10_100, 20)
  // Of the 17 bytes before it, as the format wants it.
  huge.writeUInt32BE(crc(huge.subarray(12, 29)), 29)
  return huge
}

function crc(bytes: Buffer): number {
  let value = ~0
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0)
  }
  return ~value >>> 0
}

test('says what is wrong with a file, and leaves the photograph and its mask on the table', async ({ studio: { page, data } }) => {
  await goToInpaint(page)
  const source = await picture(data, 'source.png', paper)
  await photo(page).setInputFiles(source)
  await expect(canvas(page)).toBeVisible()
  // A rectangle: of a stroke that takes long some may be saved before its end.
  await page.keyboard.press('r')
  await paint(page, [[0.48, 0.4], [0.52, 0.45]]) // prettier-ignore
  await expect.poll(() => painted(data)).toBeGreaterThan(0)
  const before = await painted(data)

  const plain = sharp({ create: { width: 200, height: 150, channels: 3, background: '#884' } })
  const jpeg = await sharp(noise(200 * 150, 1), { raw: { width: 200, height: 150, channels: 1 } })
    .jpeg()
    .toBuffer()
  const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(500)])
  for (const [name, buffer, sentence] of [
    ['huge.png', hugePng(await plain.clone().png().toBuffer()), 'huge.png has 202.0 megapixels: the limit is 200.'],
    ['cut.jpg', jpeg.subarray(0, jpeg.length / 2), 'cut.jpg is damaged or cut short.'],
    ['phone.heic', heic, 'phone.heic is a HEIC picture, which Palimpsest cannot open: save a copy of it as JPEG or PNG first.'],
    ['nothing.png', Buffer.alloc(0), 'nothing.png is empty.'],
  ] as const) {
    await photo(page).setInputFiles({ name, mimeType: 'image/png', buffer })
    await expect(alert(page)).toHaveText(sentence)
  }

  // A file that is moved after it was chosen: the page holds it back until it is.
  const moving = await picture(data, 'moving.png', paper)
  await photo(page).evaluate((input) => input.addEventListener('change', (event) => event.stopImmediatePropagation(), { capture: true, once: true })) // prettier-ignore
  await photo(page).setInputFiles(moving)
  rmSync(moving)
  await photo(page).dispatchEvent('change')
  await expect(alert(page)).toHaveText('moving.png was changed or moved while it was being read: open it again.')

  // The photograph itself was copied: its file may be gone.
  rmSync(source)
  await expect(page.getByRole('heading', { name: 'source.png' })).toBeAttached()
  await expect(fillButton(page)).toBeEnabled()
  expect(await painted(data)).toBe(before)

  // A mask that marks nothing is no mask; one that covers everything is filled.
  const maskOf = async (background: string) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Mask', exact: true }).click()
    await page.getByRole('button', { name: 'From a picture file…' }).click()
    const file = join(data, 'mask.png')
    await sharp({ create: { width: 96, height: 80, channels: 3, background } })
      .png()
      .toFile(file)
    await (await chooser).setFiles(file)
    await expect(page.getByRole('dialog', { name: 'Mask' })).toHaveCount(0)
  }
  await maskOf('#000')
  await expect(alert(page)).toHaveText('mask.png marks nothing: what is white in it, or opaque, is what is to be filled.')
  expect(await painted(data)).toBe(before)
  await maskOf('#fff')
  await expect.poll(() => painted(data)).toBe(1)
  await setNumber(page, 'Levels', 5)
  await setNumber(page, 'Variations', 1)
  await fillButton(page).click()
  await expectFilled(page, 1)
  await expect(page.getByText('0 pixels changed')).toBeVisible()

  // A name that is wrong, and pictures that move: opened, and told.
  const frames = await Promise.all(['#f00', '#00f'].map((background) => sharp({ create: { width: 60, height: 40, channels: 3, background } }).png().toBuffer())) // prettier-ignore
  const moves = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
  await photo(page).setInputFiles({ name: 'moves.jpg', mimeType: 'image/jpeg', buffer: moves })
  await expect(page.getByRole('heading', { name: 'moves.jpg' })).toBeAttached()
  await expect(page.getByText('The name says JPEG, but the file is a GIF: it was opened as that.')).toBeVisible()
  await expect(page.getByText('The file holds 2 frames: the first one was opened.')).toBeVisible()
})

/** No process below this one can write a file larger than this, as if the disk had no more room. */
function leaveRoom(pid: number, bytes: number | 'unlimited'): void {
  for (const one of treeOf(pid)) execFileSync('prlimit', ['--pid', String(one), `--fsize=${bytes}:`])
}

test('a disk that fills is told where it matters, and when it has room again everything goes on', async ({ studio, door }) => {
  // Electron's own processes are ended by the system where their files meet such a limit; the code behind both doors is one.
  test.skip(process.platform !== 'linux' || door !== 'serve', 'The limit is one of Linux, and of serve alone.')
  const { page, data, pid } = studio
  await goToInpaint(page)
  // As a file it is larger than the first limit, and its mask is not.
  const noisy = async (name: string, seed: number) => {
    const [width, height] = [800, 600]
    const file = join(data, name)
    await sharp(noise(width * height, seed), { raw: { width, height, channels: 1 } })
      .png()
      .toFile(file)
    return file
  }
  const [file, other] = [await noisy('noise.png', 1), await noisy('other.png', 99_991)]
  await photo(page).setInputFiles(file)
  await expect(canvas(page)).toBeVisible()
  await setNumber(page, 'Levels', 5)
  await setNumber(page, 'Variations', 1)
  await paint(page, [[0.48, 0.4], [0.52, 0.4]]) // prettier-ignore
  await expect(fillButton(page)).toBeEnabled()
  await page.keyboard.press('Control+Enter')
  await expectFilled(page, 1)

  leaveRoom(pid, 300_000)
  await page.keyboard.press('Control+Enter')
  await expect(alert(page)).toHaveText(/^The disk is full: .*\.png was not saved\.$/)
  await expect(fills(page)).toHaveCount(1)
  await photo(page).setInputFiles(other)
  await expect(alert(page)).toHaveText('The disk is full: "other.png" could not be written.')
  await expect(page.getByRole('heading', { name: 'noise.png' })).toBeAttached()
  await fills(page).first().click()
  await page.getByRole('button', { name: 'Save…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save the fill' })
  await dialog.getByRole('button', { name: 'Download' }).click()
  await expect(dialog.getByRole('alert')).toHaveText(/^The disk is full: .*\.png was not saved\.$/)
  await dialog.press('Escape')
  await expect(dialog).toHaveCount(0)

  leaveRoom(pid, 1)
  const before = await painted(data)
  await paint(page, [[0.3, 0.6], [0.5, 0.6]]) // prettier-ignore
  await expect(alert(page)).toHaveText('The disk is full: the mask was not saved.')
  expect(await painted(data)).toBe(before)

  leaveRoom(pid, 'unlimited')
  // By itself.
  await expect(alert(page)).toHaveCount(0)
  await expect.poll(() => painted(data)).toBeGreaterThan(before)
  await page.keyboard.press('Control+Enter')
  await expectFilled(page, 2)
})
