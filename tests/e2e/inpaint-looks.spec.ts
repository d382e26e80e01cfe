/** What the Inpaint screen looks like in its states, held against what was looked at. In a browser, whose window is the same everywhere. */
import { join } from 'node:path'
import sharp from 'sharp'
import { setNumber } from './support/generate.ts'
import { canvas, expectFilled, fillButton, goToInpaint, paint, painted, picture } from './support/inpaint.ts'
import { confused, expectLook } from './support/looks.ts'
import { expect, test } from './support/studio.ts'

// Electron's window takes the size that the desk leaves it, and a look is held against one size alone.
test.skip(({ door }) => door !== 'serve', 'A window of the system is as large as its desk.')

const states = [
  'empty', 'brush', 'eraser', 'rectangle', 'selecting', 'lasso', 'polygon', 'wand', 'masks', 'filled', 'wiped', 'differences', 'refused', 'failed',
  'cancelled', 'huge',
] as const // prettier-ignore
const look = (page: Parameters<typeof expectLook>[0], state: (typeof states)[number]) => expectLook(page, `inpaint-${state}`)

test('looks as it did in every state', async ({ studio }) => {
  const { page, data } = studio
  const jobs = page.getByRole('contentinfo', { name: 'Jobs' })
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
  await page.keyboard.press('e')
  await paint(page, [[0.47, 0.38], [0.47, 0.5]]) // prettier-ignore
  await look(page, 'eraser')
  await page.keyboard.press('Control+z')

  /** The tool is at work: its button is still held. */
  const draw = async (tool: string, name: (typeof states)[number], points: readonly (readonly [number, number])[]) => {
    await page.keyboard.press(tool)
    const [first = at(0.5, 0.5), ...rest] = points.map((point) => at(...point))
    await page.mouse.move(...first)
    await page.mouse.down()
    for (const point of rest) await page.mouse.move(...point, { steps: 3 })
    await look(page, name)
    await page.mouse.up()
    await page.keyboard.press('Control+z')
  }
  await draw('r', 'rectangle', [[0.25, 0.5], [0.4, 0.7]]) // prettier-ignore
  await draw('o', 'selecting', [[0.55, 0.5], [0.7, 0.7]]) // prettier-ignore
  await draw('l', 'lasso', [[0.3, 0.2], [0.45, 0.25], [0.4, 0.35], [0.25, 0.6]]) // prettier-ignore

  await page.keyboard.press('p')
  for (const corner of [at(0.55, 0.2), at(0.7, 0.25), at(0.66, 0.4)]) await page.mouse.click(...corner)
  await look(page, 'polygon')
  await page.keyboard.press('Escape')

  await page.keyboard.press('w')
  // The bar, as far as it is as dark.
  await page.mouse.click(...at(0.3, 0.4))
  await look(page, 'wand')
  await page.keyboard.press('Control+z')

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

  await setNumber(page, 'Levels', 1000)
  await page.keyboard.press('Control+Enter')
  let last = 0
  for (let crash = 0; crash < 2; crash++) {
    const others = async () => (await studio.enginePids()).filter((pid) => pid !== last)
    await expect(jobs).toContainText(/step \d/)
    await expect.poll(others).toHaveLength(1)
    last = (await others())[0] ?? 0
    process.kill(last, 'SIGKILL')
  }
  await expect(page.getByRole('alert').filter({ has: page.getByRole('button', { name: 'Close this message' }) })).toContainText('The engine stopped') // prettier-ignore
  await look(page, 'failed')

  await page.keyboard.press('Control+Enter')
  await expect(jobs).toContainText(/step \d/)
  await jobs.getByRole('button', { name: 'Cancel' }).click()
  await expect(jobs).toContainText('cancelled')
  await look(page, 'cancelled')

  const huge = join(data, 'huge.jpg')
  const field = { create: { width: 2000, height: 1500, channels: 3, background: '#8a6f4c' } } as const
  await sharp({ create: { width: 6000, height: 4000, channels: 3, background: '#5f7d98' } })
    .composite([{ input: field, left: 3200, top: 2000 }])
    .jpeg()
    .toFile(huge)
  await page.locator('input[type=file]').setInputFiles(huge)
  await expect(page.getByRole('banner')).toContainText('6000 × 4000')
  await page.keyboard.press('b')
  await paint(page, [[0.4, 0.3], [0.5, 0.55]]) // prettier-ignore
  await expect(fillButton(page)).toBeEnabled()
  await look(page, 'huge')
})

test('no state passes for another', async () => {
  const names = states.map((state) => `inpaint-${state}`)
  expect(await confused(names)).toEqual([])
})
