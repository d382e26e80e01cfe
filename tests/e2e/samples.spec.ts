import type { Page } from '@playwright/test'
import { canvas, choose, goToInpaint, picture } from './support/inpaint.ts'
import { expect, type Studio, test } from './support/studio.ts'

/** The first start: what the empty Inpaint screen offers. */

const row = (page: Page) => page.getByRole('region', { name: 'Begin with a sample' })
const model = (page: Page) => page.getByRole('complementary').getByRole('combobox', { name: 'Model' })

for (const [name, fitting] of [
  [/cat/, 'Photographs'],
  [/coffee/, 'Photographs'],
  [/astronaut/, 'Photographs'],
  [/rocket/, 'Photographs'],
  [/handwriting/, 'Handwritten digits'],
] as const)
  test(`the sample called ${name.source} opens, with the model that knows such pictures`, async ({ studio: { page } }) => {
    await goToInpaint(page)
    const card = row(page).getByRole('button', { name })
    await expect(card).toHaveAttribute('title', /CC|public domain/)
    await expect.poll(() => card.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100)
    await card.click()
    await expect(canvas(page)).toBeVisible()
    await expect(model(page)).toContainText(fitting)
  })

test('a photograph in colour is not left to a model that knows only grey', async ({ studio: { page, data } }) => {
  await goToInpaint(page)
  await choose(page, 'Model', /^Handwritten digits ·/)
  await page.locator('input[type=file]').setInputFiles(await picture(data, 'colours.png', (x, y) => [x, 160, y]))
  await expect(canvas(page)).toBeVisible()
  await expect(model(page)).toContainText('Photographs')
})

/** Of src/main/window.ts. */
const smallest = { width: 960, height: 640 }

async function shrink(page: Page, app: Studio['app']): Promise<void> {
  if (app === undefined) return page.setViewportSize(smallest)
  await app.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setSize(width, height), smallest)
  await expect.poll(() => page.evaluate(() => innerWidth)).toBeLessThanOrEqual(smallest.width)
}

test('the samples are all to be seen at once in a window as small as it gets', async ({ studio: { page, app, screenshot } }) => {
  await goToInpaint(page)
  await expect(row(page).getByRole('button')).toHaveCount(5)
  await screenshot('samples')
  await shrink(page, app)
  await screenshot('samples-small')
  // Whole in the place they stand in: neither to be scrolled to nor cut.
  const hidden = () =>
    row(page).evaluate((element) => {
      const place = element.parentElement?.parentElement?.getBoundingClientRect()
      return [...element.querySelectorAll('button')].filter((card) => {
        const box = card.getBoundingClientRect()
        return (
          place === undefined || box.left < place.left || box.right > place.right || box.bottom > place.bottom || box.width < 100
        )
      }).length
    })
  await expect.poll(hidden).toBe(0)
})
