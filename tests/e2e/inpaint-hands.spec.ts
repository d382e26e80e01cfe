/** What hands do on the Inpaint screen besides painting and filling: open, paste, mask by name, keys, zoom. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { expectFinished, generate, setNumber } from './support/generate.ts'
import {
  canvas,
  fillButton,
  expectFilled,
  fills,
  goToInpaint,
  middleOfMask,
  painted,
  paint,
  picture,
  size,
} from './support/inpaint.ts'
import { atRest, pictureAtRest } from './support/rest.ts'
import { expect, type Studio, test } from './support/studio.ts'

const grey = (x: number, y: number) => [90 + x, 90 + x, 90 + x].map((value) => (value + y) % 256)

/** A file as the page gets it from a drop or a paste. */
async function fileInPage({ page }: Studio, file: string, kind: 'drop' | 'paste'): Promise<void> {
  const base64 = readFileSync(file).toString('base64')
  await page.getByRole('main', { name: 'Inpaint' }).evaluate(
    (main, [text, what]) => {
      const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0))
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([bytes], `${what}.png`, { type: 'image/png' }))
      const init = { bubbles: true, cancelable: true }
      if (what === 'paste') main.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: dataTransfer }))
      else for (const name of ['dragenter', 'dragover', 'drop']) main.dispatchEvent(new DragEvent(name, { ...init, dataTransfer }))
    },
    [base64, kind] as const,
  )
}

/** Where the red mark stands, in CSS pixels of the page: looked for in what is drawn, so that the page is not asked about itself. */
async function findMark(page: Page, deviceScaleFactor: number): Promise<{ readonly x: number; readonly y: number }> {
  const { data, info } = await sharp(await page.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const found = { x: 0, y: 0, sum: 0 }
  for (let at = 0; at < data.length; at += 3) {
    if ((data[at] ?? 0) < 230 || (data[at + 1] ?? 0) > 30 || (data[at + 2] ?? 0) > 30) continue
    found.x += ((at / 3) % info.width) + 0.5
    found.y += Math.floor(at / 3 / info.width) + 0.5
    found.sum += deviceScaleFactor
  }
  return { x: found.x / found.sum, y: found.y / found.sum }
}

test('opens a photograph that is dropped on the screen', async ({ studio }) => {
  await goToInpaint(studio.page)
  await fileInPage(studio, await picture(studio.data, 'source.png', grey), 'drop')
  await expect(canvas(studio.page)).toBeVisible()
  await expect(studio.page.getByRole('heading', { name: 'drop.png' })).toBeAttached()
  await expect(studio.page.getByText('Drop the picture to open it')).toBeHidden()
})

test('opens a picture from the clipboard', async ({ studio }) => {
  const { page, app, data } = studio
  const file = await picture(data, 'source.png', grey)
  await goToInpaint(page)
  await expect(page.getByRole('button', { name: 'Open a photograph' })).toBeVisible()
  if (app === undefined) await fileInPage(studio, file, 'paste')
  else {
    await app.evaluate(({ BrowserWindow, clipboard, nativeImage }, path) => {
      const image = nativeImage.createFromPath(path)
      ;(clipboard as unknown as { writeImage(image: unknown): void }).writeImage(image)
      BrowserWindow.getAllWindows()[0]?.webContents.paste()
    }, file)
  }
  await expect(canvas(page)).toBeVisible()
  await expect(page.getByRole('banner')).toContainText(`${size.width} × ${size.height}`)
})

test('goes on with a digit that was sent from Generate', async ({ studio: { page } }) => {
  await generate(page, { steps: 5, count: 2 })
  await expectFinished(page, 2)
  await page.getByRole('button', { name: /^Picture 2, seed \d+$/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send to Inpaint' }).click()
  await expect(canvas(page)).toBeVisible()
  await expect(page.getByRole('banner')).toContainText('28 × 28')
})

test('paints, inverts, clears, undoes and takes presets by their buttons and keys', async ({ studio: { page, data } }) => {
  await goToInpaint(page)
  await page.locator('input[type=file]').setInputFiles(await picture(data, 'source.png', grey))
  await expect(canvas(page)).toBeVisible()
  const isPainted = (share: number) => expect.poll(() => painted(data)).toBeCloseTo(share, 2)
  const preset = async (name: string) => {
    await page.getByRole('button', { name: 'Presets' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await preset('Left half')
  await isPainted(0.5)
  await preset('Centre square')
  await expect.poll(() => painted(data)).not.toBeCloseTo(0.5, 2)
  const square = await painted(data)
  await page.getByRole('button', { name: 'Invert', exact: true }).click()
  await isPainted(1 - square)
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await isPainted(0)
  await page.getByRole('button', { name: 'Undo (Ctrl Z)' }).click()
  await isPainted(1 - square)
  await page.keyboard.press('Control+z')
  await isPainted(square)
  await page.keyboard.press('Control+Shift+z')
  await isPainted(1 - square)
  await page.keyboard.press('Control+d')
  await isPainted(0)
})

for (const scale of [1, 1.5, 2]) {
  test.describe(`at ${scale} device pixels a pixel`, () => {
    test.use({ deviceScaleFactor: scale })
    test('a dab lands under the pointer, zoomed and moved', async ({ studio: { page, data } }) => {
      await goToInpaint(page)
      const mark = { x: 58, y: 46 }
      const isMark = (x: number, y: number) => Math.abs(x + 0.5 - mark.x) < 1 && Math.abs(y + 0.5 - mark.y) < 1
      const file = await picture(data, 'source.png', (x, y) => (isMark(x, y) ? [255, 0, 0] : [200, 200, 200]))
      await page.locator('input[type=file]').setInputFiles(file)
      await expect(canvas(page)).toBeVisible()
      expect(await page.evaluate(() => devicePixelRatio)).toBe(scale)
      await setNumber(page, 'Brush size', 3)
      await expect(page.getByRole('textbox', { name: 'Brush size, as a number' })).toHaveValue('3 px')
      const box = await canvas(page).boundingBox()
      if (box === null) throw new Error('There is no canvas.')
      const zoom = page.getByRole('button', { name: /^Zoom [\d.]+ %/ })
      const fitted = (await zoom.textContent()) ?? ''
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      // Returns before the page has heard of it.
      await page.mouse.wheel(0, -200)
      await expect(zoom).not.toHaveText(fitted)
      await canvas(page).focus()
      await page.keyboard.press('ArrowLeft')
      await page.mouse.move(box.x + box.width + 40, box.y + 300)
      await atRest(page)
      let place = { x: NaN, y: NaN }
      await expect.poll(async () => Number.isFinite((place = await findMark(page, scale)).x)).toBe(true)
      await page.mouse.click(place.x, place.y)
      await expect.poll(() => painted(data)).toBeGreaterThan(0)
      const at = await middleOfMask(data)
      expect(Math.abs(at.x - mark.x)).toBeLessThan(0.5)
      expect(Math.abs(at.y - mark.y)).toBeLessThan(0.5)
    })
  })
}

test('chooses among the fills, wipes and looks at the original by keys alone', async ({ studio: { page, data } }) => {
  await goToInpaint(page)
  await page.locator('input[type=file]').setInputFiles(await picture(data, 'source.png', () => [230, 230, 230]))
  await expect(canvas(page)).toBeVisible()
  await paint(page, [
    [0.48, 0.4],
    [0.52, 0.4],
  ])
  const levels = page.getByRole('textbox', { name: 'Levels, as a number' })
  for (const [typed, shown] of [
    ['1e3', '1000'],
    ['', '1000'],
    ['twelve', '1000'],
    ['4,6', '5'],
  ] as const) {
    await levels.fill(typed)
    await levels.press('Enter')
    await levels.blur()
    await expect(levels).toHaveValue(shown)
  }
  await setNumber(page, 'Variations', 2)
  await page.keyboard.press('Control+Enter')
  await expectFilled(page, 2)
  const [first, second] = [fills(page).first(), fills(page).nth(1)]

  await canvas(page).focus()
  await page.keyboard.press('n')
  await expect(second).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('k')
  await expect(second).toHaveAccessibleName(/, kept$/)
  await page.keyboard.press('Shift+n')
  await expect(first).toHaveAttribute('aria-pressed', 'true')

  // The photograph is grey: what has a hue is the heat map.
  const hues = async () => {
    const { data: pixels } = await sharp(await canvas(page).screenshot())
      .removeAlpha()
      .resize(200)
      .raw()
      .toBuffer({ resolveWithObject: true })
    let count = 0
    for (let at = 0; at < pixels.length; at += 3) {
      const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3)
      if (Math.max(r, g, b) - Math.min(r, g, b) > 60) count++
    }
    return count
  }
  const legend = page.getByRole('figure', { name: 'How much the fills differ' })
  await page.keyboard.press('d')
  await expect(legend).toContainText('these 2 fills')
  await expect.poll(hues).toBeGreaterThan(20)
  await page.keyboard.press('d')
  await expect(legend).toHaveCount(0)

  const wipe = page.getByRole('slider', { name: 'Before and after' })
  await wipe.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Shift+ArrowLeft')
  await expect(wipe).toHaveAttribute('aria-valuenow', '90')

  await page.keyboard.press('Delete')
  await expect(fills(page)).toHaveCount(1)
  await expect(page.getByRole('button', { name: 'Show 1 rejected fill' })).toBeVisible()

  await canvas(page).focus()
  const shown = () => canvas(page).screenshot()
  const masked = await pictureAtRest(canvas(page))
  await page.keyboard.down('Tab')
  await expect.poll(async () => (await shown()).equals(masked)).toBe(false)
  await expect(canvas(page)).toBeFocused()
  await page.keyboard.up('Tab')
  await expect.poll(async () => (await shown()).equals(masked)).toBe(true)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Brush (B)' })).toBeFocused()
})

test('an accepted fill is the ground of the next, and leads back to the photograph with what was kept there', async ({
  studio,
}) => {
  const { page, data } = studio
  await goToInpaint(page)
  await page.locator('input[type=file]').setInputFiles(await picture(data, 'source.png', () => [230, 230, 230]))
  await expect(canvas(page)).toBeVisible()
  await setNumber(page, 'Levels', 5)
  await setNumber(page, 'Variations', 1)
  const paintAndFill = async (y: number) => {
    await paint(page, [[0.48, y], [0.52, y]]) // prettier-ignore
    await expect(fillButton(page)).toBeEnabled()
    await page.keyboard.press('Control+Enter')
    await expectFilled(page, 1)
  }
  await paintAndFill(0.4)
  await page.keyboard.press('k')
  await expect(fills(page).first()).toHaveAccessibleName(/, kept$/)
  await page.getByRole('button', { name: 'Accept' }).click()
  await expect(page.getByRole('heading', { name: 'source (filled).png' })).toBeAttached()
  await expect(fills(page)).toHaveCount(0)
  await paintAndFill(0.6)
  await expect(page.getByText('0 pixels changed')).toBeVisible()
  await page.getByRole('button', { name: 'Back to source.png' }).click()
  await expect(page.getByRole('heading', { name: 'source.png' })).toBeAttached()
  await expect(fills(page).first()).toHaveAccessibleName(/, kept$/)
})

test('fills other photographs with the mask, those of its size, and finds them among those opened before', async ({ studio }) => {
  const { page, data } = studio
  await goToInpaint(page)
  const open = async (name: string, file: string) => {
    await page.locator('input[type=file]').first().setInputFiles(file)
    await expect(page.getByRole('heading', { name })).toBeAttached()
  }
  const small = join(data, 'small.png')
  await sharp({ create: { width: 50, height: 40, channels: 3, background: '#ddd' } })
    .png()
    .toFile(small)
  await open('small.png', small)
  await open('twin.png', await picture(data, 'twin.png', () => [220, 220, 220]))
  await open('first.png', await picture(data, 'first.png', () => [230, 230, 230]))
  await setNumber(page, 'Levels', 5)
  await setNumber(page, 'Variations', 1)
  await paint(page, [[0.48, 0.4], [0.52, 0.4]]) // prettier-ignore
  await expect(fillButton(page)).toBeEnabled()
  await page.getByRole('button', { name: 'This mask on other photographs' }).click()
  const dialog = page.getByRole('dialog', { name: 'Fill other photographs' })
  await expect(dialog.getByRole('checkbox', { name: /small\.png/ })).toBeDisabled()
  await dialog.getByRole('checkbox', { name: /twin\.png/ }).check()
  await dialog.getByRole('button', { name: 'Fill 1 photograph' }).click()
  await expect(dialog).toHaveCount(0)
  await page.getByRole('button', { name: 'Open another photograph' }).click()
  await page.getByRole('list', { name: 'Opened before' }).getByRole('button', { name: 'twin.png' }).click()
  await expect(page.getByRole('heading', { name: 'twin.png' })).toBeAttached()
  await expect(fills(page)).toHaveCount(1, { timeout: 120_000 })
})
