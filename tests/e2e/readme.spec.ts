import { join } from 'node:path'
import { setNumber } from './support/generate.ts'
import { canvas, expectFilled, fillButton, goToInpaint, paint } from './support/inpaint.ts'
import { expect, root, test } from './support/studio.ts'

/** No test: it draws the README's picture, and is there only for `npm run screenshot`. */
if (process.env['README_PICTURE'] !== undefined) {
  test('draws the picture of the README', async ({ studio: { page } }) => {
    await goToInpaint(page)
    await page.getByRole('button', { name: /handwriting/ }).click()
    await expect(canvas(page)).toBeVisible()
    await setNumber(page, 'Brush size', 26)
    // Over the blot and its drops, to and fro.
    const rows = [0.395, 0.415, 0.435, 0.455, 0.475]
    await paint(
      page,
      rows.flatMap((y, i): (readonly [number, number])[] =>
        i % 2 === 0
          ? [
              [0.512, y],
              [0.558, y],
            ]
          : [
              [0.558, y],
              [0.512, y],
            ],
      ),
    )
    await setNumber(page, 'Variations', 6)
    await fillButton(page).click()
    await expectFilled(page, 6)
    await page.mouse.move(2, 2)
    await page.screenshot({ path: join(root, 'docs/screenshot.png') })
  })
}
