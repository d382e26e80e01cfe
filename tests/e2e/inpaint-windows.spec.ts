/** A thin hole across a large photograph: several windows, each at the photograph's own size. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { setNumber } from './support/generate.ts'
import { canvas, expectFilled, fillButton, goToInpaint, paint } from './support/inpaint.ts'
import { expect, test } from './support/studio.ts'

test('fills a wire across a photograph through windows, and scales nothing', async ({ studio }) => {
  const { page, data, screenshot } = studio
  const [width, height] = [1400, 420]
  const sky = Buffer.from(
    Array.from({ length: width * height }, (_, i) => {
      const y = Math.floor(i / width) / height
      return [Math.round(90 + 60 * y), Math.round(130 + 50 * y), Math.round(190 + 30 * y)]
    }).flat(),
  )
  const file = join(data, 'sky.png')
  await sharp(sky, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file)
  await goToInpaint(page)
  await page.getByRole('main', { name: 'Inpaint' }).evaluate((main, text) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], 'sky.png', { type: 'image/png' }))
    for (const name of ['dragenter', 'dragover', 'drop'])
      main.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }))
  }, readFileSync(file).toString('base64'))
  await expect(canvas(page)).toBeVisible()
  await canvas(page).focus()
  // Ten per cent a press: from any size to a thin one.
  for (let press = 0; press < 40; press++) await page.keyboard.press('[')
  await paint(page, [
    [0.12, 0.46],
    [0.5, 0.52],
    [0.88, 0.48],
  ])
  await setNumber(page, 'Levels', 10)
  await setNumber(page, 'Variations', 1)
  await expect(page.getByText(/model calls × \d\d windows/)).toBeVisible()
  await screenshot('inpaint-windows')
  await fillButton(page).click()
  await expectFilled(page, 1)
  await expect(page.getByText('0 pixels changed')).toBeVisible()
  await screenshot('inpaint-windows-filled')
})
