/** What the Inpaint screen looks like in its states, held against what was looked at. In a browser, whose window is the same everywhere. */
import { setNumber } from './support/generate.ts'
import { canvas, expectFilled, fillButton, goToInpaint, paint, painted, picture } from './support/inpaint.ts'
import { confused, expectLook } from './support/looks.ts'
import { expect, test } from './support/studio.ts'

// Electron's window takes the size that the desk leaves it, and a look is held against one size alone.
test.skip(({ door }) => door !== 'serve', 'A window of the system is as large as its desk.')

const states = ['empty', 'brush', 'selecting', 'polygon', 'masks', 'filled', 'wiped', 'differences', 'refused'] as const
const look = (page: Parameters<typeof expectLook>[0], state: (typeof states)[number]) => expectLook(page, `inpaint-${state}`)

test('looks as it did in every state', async ({ studio: { page, data } }) => {
  await goToInpaint(page)
  await expect(page.getByRole('region', { name: 'Begin with a sample' }).locator('img').last()).toHaveJSProperty('complete', true)
  await look(page, 'empty')
  // Paper with a dark bar: grey, so that the digits know it.
  await page.locator('input[type=file]').setInputFiles(await picture(data, 'looks.png', (x, y) => (y > 30 && y < 44 ? [60, 60, 60] : [230 - (x >> 2), 230, 230]).map(() => (y > 30 && y < 44 ? 60 : 230 - (x >> 2))))) // prettier-ignore
  await expect(canvas(page)).toBeVisible()
  await paint(page, [[0.44, 0.4], [0.5, 0.46]]) // prettier-ignore
  await expect(fillButton(page)).toBeEnabled()
  await look(page, 'brush')

  const box = await canvas(page).boundingBox()
  const at = (x: number, y: number) => [(box?.x ?? 0) + x * (box?.width ?? 0), (box?.y ?? 0) + y * (box?.height ?? 0)] as const
  await page.keyboard.press('o')
  await page.mouse.move(...at(0.55, 0.5))
  await page.mouse.down()
  await page.mouse.move(...at(0.7, 0.7), { steps: 3 })
  await look(page, 'selecting')
  await page.mouse.up()
  await page.keyboard.press('Control+z')

  await page.keyboard.press('p')
  for (const corner of [at(0.55, 0.2), at(0.7, 0.25), at(0.66, 0.4)]) await page.mouse.click(...corner)
  await look(page, 'polygon')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'New mask (Alt N)' }).click()
  await page.keyboard.press('b')
  await paint(page, [[0.56, 0.56], [0.64, 0.56]]) // prettier-ignore
  await look(page, 'masks')

  await page.getByRole('button', { name: 'Hide Mask 2' }).click()
  await setNumber(page, 'Levels', 10)
  await setNumber(page, 'Variations', 2)
  // What a fill looks like follows from its seed.
  await page.getByRole('textbox', { name: 'Seed' }).fill('7')
  await page.getByRole('textbox', { name: 'Seed' }).press('Enter')
  await expect.poll(() => painted(data)).toBeGreaterThan(0)
  await page.keyboard.press('Control+Enter')
  await expectFilled(page, 2)
  await canvas(page).focus()
  await look(page, 'filled')
  const wipe = page.getByRole('slider', { name: 'Before and after' })
  await wipe.focus()
  for (let step = 0; step < 5; step++) await page.keyboard.press('Shift+ArrowRight')
  await expect(wipe).toHaveAttribute('aria-valuenow', '50')
  await look(page, 'wiped')
  await page.keyboard.press('Home')
  await expect(wipe).toHaveAttribute('aria-valuenow', '0')
  await canvas(page).focus()
  await page.keyboard.press('d')
  await look(page, 'differences')
  await page.keyboard.press('d')

  const letter = { name: 'letter.png', mimeType: 'image/png', buffer: Buffer.from('Dear reader, this is no picture.') }
  await page.locator('input[type=file]').setInputFiles(letter)
  await expect(page.getByRole('alert')).toContainText('letter.png')
  await look(page, 'refused')
})

test('no state passes for another', async () => {
  const names = states.map((state) => `inpaint-${state}`)
  expect(await confused(names)).toEqual([])
})
