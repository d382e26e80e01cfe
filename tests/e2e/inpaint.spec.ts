import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { setNumber } from './support/generate.ts'
import { canvas, choose, fillButton, goToInpaint, paint, picture } from './support/inpaint.ts'
import { around, countDifferent, onlyMask, readPixels } from './support/pixels.ts'
import { expect, root, type Studio, test } from './support/studio.ts'

/** The blend may reach this far beyond the paint: the feather the screen starts with, and a pixel for rounding. */
const reach = 5

/** The chosen fill as a file, through the door's own way to save. */
async function saveTo({ page, app }: Studio, file: string): Promise<void> {
  if (app === undefined) {
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Save' }).click()
    return (await download).saveAs(file)
  }
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, file)
  await page.getByRole('button', { name: 'Save…' }).click()
  await expect(page.getByText(`Saved as ${file}`)).toBeVisible()
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
  const fills = page.getByRole('button', { name: /^Fill with seed \d+$/ })
  await expect(fills).toHaveCount(2, { timeout: 90_000 })
  await fills.first().click()
  if ((await fills.first().getAttribute('aria-pressed')) !== 'true') await fills.first().click()
  await expect(page.getByText('0 pixels changed')).toBeVisible()
  await screenshot('inpaint-filled')
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])

  const saved = join(data, 'saved.png')
  await saveTo(studio, saved)
  const source = await readPixels(join(root, 'resources/samples/handwriting.png'))
  const near = around(await onlyMask(data), reach)
  const different = countDifferent(source, await readPixels(saved), near)
  expect(different.outside).toBe(0)
  expect(different.inside).toBeGreaterThan(0)
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
  await choose(page, 'Model', /Handwritten digits/)
  await expect(page.getByText('Handwritten digits knows only grey, and this photograph has colour.')).toBeVisible()
  await expect(fillButton(page)).toBeDisabled()
  await screenshot('inpaint-colour-refused')
  await page.getByRole('switch', { name: 'As grey' }).check()
  await page.getByText('Draft', { exact: true }).click()
  await setNumber(page, 'Variations', 1)
  await fillButton(page).click()
  await expect(page.getByRole('button', { name: /^Fill with seed \d+$/ })).toHaveCount(1, { timeout: 90_000 })
})

test('refuses what is no picture, in a sentence, and stays where it was', async ({ studio: { page } }) => {
  await goToInpaint(page)
  const file = { name: 'letter.png', mimeType: 'image/png', buffer: Buffer.from('Dear reader, this is no picture.') }
  await page.locator('input[type=file]').setInputFiles(file)
  await expect(page.getByRole('main').getByRole('alert')).toContainText('letter.png')
  await expect(canvas(page)).toHaveCount(0)
})
