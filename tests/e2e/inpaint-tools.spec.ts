/** The tools of the mask, as hands use them: selections, the wand, the whole-mask menu, files, a pen, how the mask is shown. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { expectNoViolations } from './support/axe.ts'
import { setNumber } from './support/generate.ts'
import { canvas, fillButton, goToInpaint, painted, picture, size } from './support/inpaint.ts'
import { onlyMask } from './support/pixels.ts'
import { expect, type Studio, test } from './support/studio.ts'

type Place = readonly [x: number, y: number]

/** Where a point of the fitted photograph stands on the page: between the margins that the tools and the strip float over. */
async function onPage(page: Page): Promise<(place: Place) => Place> {
  const box = await canvas(page).boundingBox()
  if (box === null) throw new Error('There is no canvas.')
  const free = { left: 76, top: 64, width: box.width - 76 - 24, height: box.height - 64 - 148 }
  const scale = Math.min(free.width / size.width, free.height / size.height)
  const left = box.x + free.left + (free.width - size.width * scale) / 2
  const top = box.y + free.top + (free.height - size.height * scale) / 2
  return ([x, y]) => [left + x * scale, top + y * scale]
}

async function drag(page: Page, points: readonly Place[], button: 'left' | 'right' = 'left'): Promise<void> {
  const at = await onPage(page)
  const [first = [0, 0], ...rest] = points
  await page.mouse.move(...at(first))
  await page.mouse.down({ button })
  for (const point of rest) await page.mouse.move(...at(point), { steps: 4 })
  await page.mouse.up({ button })
}

async function open(studio: Studio, colour: (x: number, y: number) => readonly number[]): Promise<void> {
  await goToInpaint(studio.page)
  await studio.page.locator('input[type=file]').setInputFiles(await picture(studio.data, 'source.png', colour))
  await expect(canvas(studio.page)).toBeVisible()
  await canvas(studio.page).focus()
}

/** So many pixels of the photograph are painted, give or take the pixels that an edge runs through. */
const expectPainted = ({ data }: Studio, pixels: number, within: number) =>
  expect.poll(async () => Math.abs((await painted(data)) * size.width * size.height - pixels)).toBeLessThanOrEqual(within)

/** It stays open after what one may want to do again. */
async function fromMenu(page: Page, name: string): Promise<void> {
  const target = page.getByRole('button', { name: 'Mask', exact: true })
  // While it closes it is still to be seen.
  if ((await target.getAttribute('aria-expanded')) !== 'true') await target.click()
  await page.getByRole('dialog', { name: 'Mask' }).getByRole('button', { name }).click()
}

test('selects with rectangle, ellipse and lasso, takes away with Alt and the right button, and undoes each', async ({ studio }) => {
  const { page } = studio
  await open(studio, (x, y) => [x, 128, y])
  await page.getByRole('button', { name: 'Rectangle (R)' }).click()
  await drag(page, [[10, 10], [40, 50]]) // prettier-ignore
  await expectPainted(studio, 1200, 80)
  await drag(page, [[10, 10], [20, 50]], 'right') // prettier-ignore
  await expectPainted(studio, 800, 80)
  await page.keyboard.press('o')
  await expect(page.getByRole('button', { name: 'Ellipse (O)' })).toHaveAttribute('aria-pressed', 'true')
  await drag(page, [[50, 10], [90, 50]]) // prettier-ignore
  await expectPainted(studio, 800 + 1257, 90)
  await page.keyboard.press('l')
  await page.keyboard.down('Alt')
  await drag(page, [[70, 0], [95, 0], [95, 60], [70, 60]]) // prettier-ignore
  await page.keyboard.up('Alt')
  await expectPainted(studio, 800 + 628, 90)
  for (let step = 0; step < 4; step++) await page.keyboard.press('Control+z')
  await expectPainted(studio, 0, 0)
  await expect(page.getByRole('button', { name: 'Undo (Ctrl Z)' })).toBeDisabled()
})

test('a polygon closes by Enter and by a double click, and Escape drops it without leaving the picture', async ({ studio }) => {
  const { page } = studio
  await open(studio, (x, y) => [x, 128, y])
  const at = await onPage(page)
  const click = async (...points: Place[]) => {
    for (const point of points) await page.mouse.click(...at(point))
  }
  await page.keyboard.press('p')
  await click([10, 10], [50, 10], [10, 50])
  await page.keyboard.press('Enter')
  await expectPainted(studio, 800, 60)
  await click([60, 20], [90, 20])
  await page.keyboard.press('Escape')
  await expect(canvas(page)).toBeFocused()
  await click([60, 20], [90, 20], [90, 60])
  await page.mouse.dblclick(...at([60, 60]))
  await expectPainted(studio, 800 + 1200, 120)
  await page.keyboard.press('Control+z')
  await expectPainted(studio, 800, 60)
})

test('the magic wand takes what is alike: what hangs together, or all of it, within the tolerance', async ({ studio }) => {
  const { page } = studio
  const inSquare = (x: number, y: number, left: number) => x >= left && x < left + 20 && y >= 30 && y < 50
  await open(studio, (x, y) => (inSquare(x, y, 10) ? [200, 40, 40] : inSquare(x, y, 60) ? [220, 40, 40] : [90, 90, 90]))
  const at = await onPage(page)
  await page.keyboard.press('w')
  await setNumber(page, 'Tolerance', 25)
  await page.mouse.click(...at([20, 40]))
  await expectPainted(studio, 400, 0)
  await page.getByRole('button', { name: 'Only connected pixels' }).click()
  await page.mouse.click(...at([20, 40]))
  await expectPainted(studio, 800, 0)
  await setNumber(page, 'Tolerance', 10)
  await page.mouse.click(...at([20, 40]), { button: 'right' })
  await expectPainted(studio, 400, 0)
  // In a field Ctrl+Z is the field's own: it takes back what was typed and then the value, and no stroke.
  const tolerance = page.getByRole('textbox', { name: 'Tolerance, as a number' })
  await tolerance.fill('99')
  await tolerance.press('Enter')
  await expect(page.getByRole('slider', { name: 'Tolerance' })).toHaveValue('99')
  await tolerance.press('Control+z')
  await expect(tolerance).toHaveValue('10')
  await tolerance.press('Control+z')
  await canvas(page).focus()
  await page.keyboard.press('Control+z')
  await expectPainted(studio, 800, 0)
})

test('grows, shrinks, inverts and fills the mask from its menu, and undoes each', async ({ studio }) => {
  const { page, data } = studio
  await open(studio, (x, y) => [x, 128, y])
  await page.keyboard.press('r')
  await drag(page, [[30, 20], [60, 50]]) // prettier-ignore
  await expectPainted(studio, 900, 70)
  const square = (await painted(data)) * size.width * size.height
  await fromMenu(page, 'Grow')
  await expectPainted(studio, square + 4 * 30 * 4 + 44, 24)
  await setNumber(page, 'Grow and shrink by', 14)
  await fromMenu(page, 'Shrink')
  await expectPainted(studio, 100, 45)
  await expectNoViolations(page)
  await fromMenu(page, 'Invert')
  await expectPainted(studio, size.width * size.height - 100, 45)
  await fromMenu(page, 'Mask everything')
  await expectPainted(studio, size.width * size.height, 0)
  for (let step = 0; step < 4; step++) await page.getByRole('button', { name: 'Undo (Ctrl Z)' }).click()
  await expectPainted(studio, square, 0)
})

test('saves the mask as a file and takes it back from there', async ({ studio }) => {
  const { page, app, data } = studio
  await open(studio, (x, y) => [x, 128, y])
  await page.keyboard.press('o')
  await drag(page, [[30, 20], [60, 50]]) // prettier-ignore
  await expectPainted(studio, 707, 60)
  const disc = (await painted(data)) * size.width * size.height
  const file = join(data, 'mask-saved.png')
  if (app === undefined) {
    const download = page.waitForEvent('download')
    await fromMenu(page, 'Save as a PNG…')
    await (await download).saveAs(file)
  } else {
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, file)
    await fromMenu(page, 'Save as a PNG…')
    await expect(page.getByText(`Saved as ${file}`)).toBeVisible()
  }
  expect(await sharp(file).metadata()).toMatchObject({ ...size, format: 'png', channels: 1, depth: 'uchar' })
  await page.keyboard.press('Control+d')
  await expectPainted(studio, 0, 0)
  const choosing = page.waitForEvent('filechooser')
  await fromMenu(page, 'From a picture file…')
  await (await choosing).setFiles(file)
  await expectPainted(studio, disc, 0)
  await page.keyboard.press('Control+z')
  await expectPainted(studio, 0, 0)
})

test('takes the mask from the transparent parts of a photograph, and says no where there are none', async ({ studio }) => {
  const { page, data } = studio
  await open(studio, (x, y) => [x, 128, y])
  await page.getByRole('button', { name: 'Mask', exact: true }).click()
  await expect(page.getByRole('button', { name: 'From the transparent parts' })).toBeDisabled()
  const menu = page.getByRole('dialog', { name: 'Mask' })
  await menu.press('Escape')
  await expect(menu).toHaveCount(0)
  const { width, height } = size
  const pixels = Buffer.alloc(width * height * 4, 255)
  for (let i = 0; i < width * 20; i++) pixels[i * 4 + 3] = 0
  const file = join(data, 'hole.png')
  await sharp(pixels, { raw: { width, height, channels: 4 } }).toFile(file)
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(page.getByRole('heading', { name: 'hole.png' })).toBeAttached()
  await page.getByRole('button', { name: 'Mask', exact: true }).click()
  await page.getByRole('button', { name: 'From the transparent parts' }).click()
  await expect(page.getByRole('button', { name: 'Undo (Ctrl Z)' })).toBeEnabled()
  await expect(page.getByRole('complementary').getByRole('button', { name: /^Fill/ })).toBeEnabled()
})

test('shows the mask in the chosen colour and strength, or its edges alone, and remembers it', async ({ studio }) => {
  const { page } = studio
  await open(studio, () => [128, 128, 128])
  await page.keyboard.press('Shift+Backspace')
  const at = await onPage(page)
  const colourAt = async (place: Place) => {
    const [x, y] = at(place).map(Math.round) as [number, number]
    const { data } = await sharp(await page.screenshot({ clip: { x, y, width: 1, height: 1 } }))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    return [...data] as [number, number, number]
  }
  const isBlue = async () => {
    const [r, g, b] = await colourAt([50, 60])
    return b - r > 100 && b - g > 60
  }
  await page.getByRole('button', { name: 'How the mask is shown' }).click()
  await page.getByRole('radio', { name: 'Blue' }).check()
  await setNumber(page, 'Opacity', 90)
  // The colours of Fill change when the mask is saved.
  await expect(fillButton(page)).toBeEnabled()
  await expectNoViolations(page)
  await page.keyboard.press('Escape')
  await expect.poll(isBlue).toBe(true)
  await page.reload()
  await page.locator('input[type=file]').setInputFiles(await picture(studio.data, 'again.png', () => [128, 128, 129]))
  await expect(canvas(page)).toBeVisible()
  await page.keyboard.press('Shift+Backspace')
  await expect.poll(isBlue).toBe(true)
  await page.getByRole('button', { name: 'How the mask is shown' }).click()
  await page.getByRole('switch', { name: 'Edges only' }).check()
  await page.keyboard.press('Escape')
  await expect.poll(async () => Math.max(...(await colourAt([50, 60])).map((value) => Math.abs(value - 128)))).toBeLessThan(6)
})

test("a pen's pressure is the size of its stroke, and a switch makes it all one size", async ({ studio }) => {
  const { page } = studio
  await open(studio, (x, y) => [x, 128, y])
  await setNumber(page, 'Brush size', 20)
  await setNumber(page, 'Hardness', 100)
  const at = await onPage(page)
  const pen = await page.context().newCDPSession(page)
  const stroke = async (force: number, y: number) => {
    const send = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', place: Place, down: boolean) => {
      const [x, onY] = at(place)
      const button = { button: 'left', buttons: down ? 1 : 0, clickCount: 1 } as const
      return pen.send('Input.dispatchMouseEvent', { type, x, y: onY, pointerType: 'pen', force: down ? force : 0, ...button })
    }
    await send('mousePressed', [20, y], true)
    for (const x of [30, 40, 50, 60, 70]) await send('mouseMoved', [x, y], true)
    await send('mouseReleased', [70, y], false)
  }
  await stroke(0.5, 20)
  await expectPainted(studio, 50 * 10 + Math.PI * 25, 60)
  await page.getByRole('button', { name: "A pen's pressure changes the size" }).click()
  await stroke(0.5, 50)
  await expectPainted(studio, 50 * 10 + Math.PI * 25 + 50 * 20 + Math.PI * 100, 120)
})

test('a stroke may leave the canvas and come back, Shift draws a line, the right button erases, and drags set the brush', async ({
  studio,
}) => {
  const { page, data } = studio
  await open(studio, (x, y) => [x, 128, y])
  const at = await onPage(page)
  const maskAt = async (x: number, y: number) => (await onlyMask(data).catch(() => undefined))?.data[y * size.width + x]
  await setNumber(page, 'Brush size', 4)
  await setNumber(page, 'Hardness', 50)
  const [right] = at([400, 0])
  await page.mouse.move(...at([70, 20]))
  await page.mouse.down()
  await page.mouse.move(...at([95, 20]), { steps: 4 })
  await page.mouse.move(Math.min(right, 1430), at([0, 20])[1], { steps: 3 })
  await page.mouse.move(Math.min(right, 1430), at([0, 60])[1], { steps: 3 })
  await page.mouse.move(...at([70, 60]), { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => maskAt(75, 60)).toBe(255)
  expect([await maskAt(75, 20), await maskAt(75, 40)]).toEqual([255, 0])

  await page.mouse.click(...at([10, 10]))
  await page.keyboard.down('Shift')
  await page.mouse.click(...at([50, 10]))
  await page.keyboard.up('Shift')
  await expect.poll(() => maskAt(30, 10)).toBe(255)
  await drag(page, [[20, 10], [40, 10]], 'right') // prettier-ignore
  // The far end: a mask may be saved in the middle of a stroke.
  await expect.poll(() => maskAt(39, 10)).toBe(0)
  expect([await maskAt(15, 10), await maskAt(30, 10)]).toEqual([255, 0])

  const brush = page.getByRole('textbox', { name: 'Brush size, as a number' })
  const hardness = page.getByRole('textbox', { name: 'Hardness, as a number' })
  const before = await painted(data)
  const dragBrush = async (button: 'left' | 'right', keys: readonly string[]) => {
    const [x, y] = at([50, 40])
    for (const key of keys) await page.keyboard.down(key)
    await page.mouse.move(x, y)
    await page.mouse.down({ button })
    await page.mouse.move(x + 40, y - 20, { steps: 3 })
    await page.mouse.up({ button })
    for (const key of keys) await page.keyboard.up(key)
  }
  await dragBrush('right', ['Alt'])
  await expect(hardness).toHaveValue('60 %')
  await expect(brush).not.toHaveValue('4 px')
  const once = await brush.inputValue()
  await dragBrush('left', ['Control', 'Alt'])
  await expect(hardness).toHaveValue('70 %')
  await expect(brush).not.toHaveValue(once)
  await page.keyboard.press('[')
  await page.keyboard.press('}')
  await expect(hardness).toHaveValue('80 %')
  await page.keyboard.press('e')
  await expect(page.getByRole('button', { name: 'Eraser (E)' })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('x')
  await expect(page.getByRole('button', { name: 'Brush (B)' })).toHaveAttribute('aria-pressed', 'true')
  expect(await painted(data)).toBe(before)
})
