import { join } from 'node:path'
import { expectFinished } from './support/generate.ts'
import { root, test } from './support/studio.ts'

/** No test: it draws the README's picture, and is there only for `npm run screenshot`. */
if (process.env['README_PICTURE'] !== undefined) {
  test('draws the picture of the README', async ({ studio: { page } }) => {
    await page.getByRole('button', { name: 'Generate sixteen digits' }).click()
    await expectFinished(page, 16)
    await page.mouse.move(0, 0)
    await page.screenshot({ path: join(root, 'docs/screenshot.png') })
  })
}
