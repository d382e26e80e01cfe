import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import sharp from 'sharp'
import { expectNoViolations } from './support/axe.ts'
import { setNumber } from './support/generate.ts'
import { canvas, choose, expectFilled, fillButton, goToInpaint, paint, painted, picture } from './support/inpaint.ts'
import { around, countDifferent, onlyMask, readPixels } from './support/pixels.ts'
import { expect, root, type Studio, test } from './support/studio.ts'

/** The blend may reach this far beyond the paint: the feather the screen starts with, and a pixel for rounding. */
const reach = 5

/** The chosen fill as a file, through the dialog and the door's own way to save; `choose` sets what is not at its default. */
async function saveTo({ page, app }: Studio, file: string, choose: (dialog: Locator) => Promise<void> = async () => undefined) {
  await page.getByRole('button', { name: 'Save…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save the fill' })
  await choose(dialog)
  if (app === undefined) {
    const download = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Download' }).click()
    await (await download).saveAs(file)
    await expect(dialog.getByText(/^Saved as /)).toBeVisible()
  } else {
    await app.evaluate(({ dialog: native }, filePath) => {
      native.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, file)
    await dialog.getByRole('button', { name: 'Save as…' }).click()
    await expect(dialog.getByText(`Saved as ${file}`)).toBeVisible()
  }
  return dialog
}

test('fills a photograph where the mouse painted, and changes not one pixel elsewhere', async ({ studio }) => {
  const { page, data, screenshot } = studio
  await goToInpaint(page)
  await page.getByRole('button', { name: /handwriting/ }).click()
  await expect(canvas(page)).toBeVisible()
  await expect(fillButton(page)).toBeDisabled()
  // Over the blot.
  await paint(page, [
    [0.52, 0.41],
    [0.55, 0.44],
    [0.51, 0.45],
    [0.55, 0.47],
  ])
  await page.getByText('Draft', { exact: true }).click()
  await setNumber(page, 'Variations', 2)
  await screenshot('inpaint-painted')
  await expect(fillButton(page)).toBeEnabled()
  await fillButton(page).click()
  await expectFilled(page, 2)
  await expect(page.getByText('0 pixels changed')).toBeVisible()
  await screenshot('inpaint-filled')
  await expectNoViolations(page)

  const saved = join(data, 'saved.png')
  const dialog = await saveTo(studio, saved)
  await expect(dialog.getByText(/outside the mask 0 pixels of [\d,]+ changed/)).toBeVisible()
  await screenshot('inpaint-saved')
  await dialog.getByRole('button', { name: 'Done' }).click()
  const source = await readPixels(join(root, 'resources/samples/handwriting.png'))
  const near = around(await onlyMask(data), reach)
  const different = countDifferent(source, await readPixels(saved), near)
  expect(different.outside).toBe(0)
  expect(different.inside).toBeGreaterThan(0)

  // The fill alone: of the photograph's size, clear outside the paint. The dialog remembers what was chosen.
  const layer = join(data, 'layer.png')
  const asLayer = await saveTo(studio, layer, async (asked) => {
    await asked.getByText('Fill as a layer').click()
    await expect(asked.getByRole('radio', { name: 'JPEG' })).toBeDisabled()
  })
  await asLayer.getByRole('button', { name: 'Done' }).click()
  const { data: values, info } = await sharp(layer).raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([source.width, source.height])
  const veil = Array.from({ length: info.width * info.height }, (_, i) => values[(i + 1) * info.channels - 1] ?? -1)
  expect(veil.filter((value, i) => value !== 0 && near[i] === 0)).toEqual([])
  expect(veil.some((value) => value === 255)).toBe(true)

  const jpeg = join(data, 'saved.jpg')
  const asJpeg = await saveTo(studio, jpeg, async (asked) => {
    await asked.getByText('Whole picture').click()
    await asked.getByText('JPEG').click()
    await expect(asked.getByText('A JPEG encodes every pixel anew, outside the mask too.')).toBeVisible()
    await screenshot('inpaint-save-jpeg')
  })
  await expect(asJpeg.getByText(/changed/)).toHaveCount(0)
  expect((await sharp(jpeg).metadata()).format).toBe('jpeg')
})

test('says in a sentence that a colour photograph is not for this model, and fills it as grey when asked', async ({ studio }) => {
  const { page, data, screenshot } = studio
  const photo = await picture(data, 'colours.png', (x, y) => [x, 160, y])
  await goToInpaint(page)
  await page.locator('input[type=file]').setInputFiles(photo)
  await expect(canvas(page)).toBeVisible()
  await paint(page, [
    [0.48, 0.5],
    [0.52, 0.5],
  ])
  await choose(page, 'Model', /^Handwritten digits ·/)
  await expect(page.getByText('Handwritten digits knows only grey, and this photograph has colour.')).toBeVisible()
  await expect(fillButton(page)).toBeDisabled()
  await screenshot('inpaint-colour-refused')
  await page.getByRole('switch', { name: 'As grey' }).check()
  await page.getByText('Draft', { exact: true }).click()
  await setNumber(page, 'Variations', 1)
  await fillButton(page).click()
  await expectFilled(page, 1)
})

test('suggests dust for the mask, which one undo takes away again', async ({ studio: { page, data, screenshot } }) => {
  const isDust = (x: number, y: number) => Math.hypot(x - 30, y - 40) < 2.5 || Math.hypot(x - 70, y - 20) < 2.5
  const photo = await picture(data, 'dusty.png', (x, y) => (isDust(x, y) ? [30, 30, 30] : [120 + x / 4, 150, 140 + y / 4]))
  await goToInpaint(page)
  await page.locator('input[type=file]').setInputFiles(photo)
  await expect(canvas(page)).toBeVisible()
  await page.getByRole('button', { name: 'Mask', exact: true }).click()
  await page.getByRole('button', { name: 'Find dust and scratches' }).click()
  await expect.poll(() => painted(data)).toBeGreaterThan(0.005)
  expect(await painted(data)).toBeLessThan(0.03)
  await screenshot('inpaint-dust')
  await page.getByRole('dialog', { name: 'Mask' }).press('Escape')
  await page.keyboard.press('Control+z')
  await expect.poll(() => painted(data)).toBe(0)
})

test('refuses what is no picture, in a sentence, and stays where it was', async ({ studio: { page } }) => {
  await goToInpaint(page)
  const file = { name: 'letter.png', mimeType: 'image/png', buffer: Buffer.from('Dear reader, this is no picture.') }
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(page.getByRole('main').getByRole('alert')).toContainText('letter.png')
  await expect(canvas(page)).toHaveCount(0)
})
