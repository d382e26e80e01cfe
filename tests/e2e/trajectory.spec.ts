import type { Locator, Page } from '@playwright/test'
import { expectNoViolations } from './support/axe.ts'
import { estimates, expectFinished, finishedPictures, generate, setNumber } from './support/generate.ts'
import { canvas, expectFilled, fillButton, goToInpaint, paint } from './support/inpaint.ts'
import { atRest, pictureAtRest } from './support/rest.ts'
import { expect, test } from './support/studio.ts'

const dialog = (page: Page): Locator => page.getByRole('dialog')
const panel = (page: Page): Locator => dialog(page).getByRole('region', { name: 'How it came' })
const slider = (page: Page): Locator => panel(page).getByRole('slider', { name: 'Step' })

async function record(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Advanced' }).click()
  await page.getByRole('switch', { name: 'Record the trajectory' }).check()
}

test('shows how a picture came, step by step, with the keys alone', async ({ studio: { page, screenshot } }) => {
  await expect(page.getByRole('button', { name: 'Generate sixteen digits' })).toBeVisible()
  await record(page)
  await generate(page, { steps: 20, count: 4 })
  await expectFinished(page, 4)
  await finishedPictures(page).nth(1).click()
  await expect(panel(page)).toBeVisible()
  await expect(panel(page).getByText('the picture')).toBeVisible()
  await expect(dialog(page).getByRole('img', { name: /^Seed \d+$/ })).toBeVisible()
  await screenshot('trajectory-picture')

  await slider(page).focus()
  await page.keyboard.press('Home')
  await expect(panel(page).getByText('step 1 of 20')).toBeVisible()
  for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowRight')
  await expect(panel(page).getByText('step 8 of 20')).toBeVisible()
  await expect(dialog(page).getByText('estimate at step 8 of 20', { exact: true })).toBeVisible()
  // The same picture still: the arrows were the slider's.
  await expect(dialog(page).getByRole('heading', { name: 'Picture 2 of 4' })).toBeVisible()
  await expect(panel(page).getByText('Calls')).toBeVisible()
  await screenshot('trajectory-step')
  await expectNoViolations(page)

  await dialog(page).getByRole('button', { name: 'Next picture' }).click()
  await expect(dialog(page).getByRole('heading', { name: 'Picture 3 of 4' })).toBeVisible()
  await expect(panel(page).getByText('step 8 of 20')).toBeVisible()
  await slider(page).focus()
  await page.keyboard.press('End')
  await expect(dialog(page).getByRole('img', { name: /^Seed \d+$/ })).toBeVisible()
  await page.evaluate(() => (document.documentElement.dataset['theme'] = 'light'))
  await slider(page).press('Home')
  for (let i = 0; i < 11; i++) await page.keyboard.press('ArrowRight')
  await screenshot('trajectory-light')
  await expectNoViolations(page)
  await page.keyboard.press('Escape')
  await expect(dialog(page)).toHaveCount(0)
})

test('a press in a chart moves the playhead', async ({ studio: { page } }) => {
  await expect(page.getByRole('button', { name: 'Generate sixteen digits' })).toBeVisible()
  await record(page)
  await generate(page, { steps: 10, count: 1 })
  await expectFinished(page, 1)
  await finishedPictures(page).first().click()
  const chart = panel(page).locator('svg').first()
  await expect(chart).toBeVisible()
  await atRest(page)
  const box = await chart.boundingBox()
  if (box === null) throw new Error('There is no chart.')
  await page.mouse.click(box.x + box.width * 0.02, box.y + box.height / 2)
  await expect(panel(page).getByText('step 1 of 10')).toBeVisible()
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.98, box.y + box.height / 2, { steps: 4 })
  await page.mouse.up()
  await expect(panel(page).getByText('step 10 of 10')).toBeVisible()
})

test('records a picture that was made without it, and gives its noise to other settings', async ({ studio: { page } }) => {
  await expect(page.getByRole('button', { name: 'Generate sixteen digits' })).toBeVisible()
  await generate(page, { steps: 5, count: 2 })
  await expectFinished(page, 2)
  await finishedPictures(page).nth(1).click()
  const seed = await dialog(page)
    .getByRole('img', { name: /^Seed \d+$/ })
    .getAttribute('alt')
  await expect(panel(page)).toHaveCount(0)
  await dialog(page).getByRole('button', { name: 'Record how it came' }).click()
  await expectFinished(page, 1)
  await finishedPictures(page).first().click()
  await expect(panel(page)).toBeVisible()
  await expect(dialog(page).getByRole('img', { name: seed ?? 'no seed' })).toBeVisible()
  await dialog(page).getByRole('button', { name: 'Use its noise' }).click()
  await expect(page.getByRole('textbox', { name: 'Seed' })).toHaveValue(seed?.replace(/\D/g, '') ?? 'no seed')
})

test('shows how a run came that was cancelled, as far as it came', async ({ studio: { page, screenshot } }) => {
  await expect(page.getByRole('button', { name: 'Generate sixteen digits' })).toBeVisible()
  await record(page)
  await generate(page, { steps: 1000, count: 4 })
  await expect(estimates(page).first()).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText(/Cancelled before the first picture was finished/)).toBeVisible()
  await page.getByRole('button', { name: /^Picture 1, seed \d+, stopped at/ }).click()
  await expect(panel(page).getByText('where it stopped')).toBeVisible()
  await slider(page).press('Home')
  await expect(panel(page).getByText(/^step 1 of \d+$/)).toBeVisible()
  await screenshot('trajectory-cancelled')
})

test('shows over the photograph how a fill came, window by window', async ({ studio: { page, screenshot } }) => {
  const fillPanel = page.getByRole('region', { name: 'How it came' })
  await goToInpaint(page)
  await page.getByRole('button', { name: /handwriting/ }).click()
  await expect(canvas(page)).toBeVisible()
  await paint(page, [
    [0.52, 0.41],
    [0.55, 0.45],
  ])
  // Far from the first, so that it has a window of its own.
  await paint(page, [
    [0.3, 0.62],
    [0.31, 0.63],
  ])
  await page.getByText('Draft', { exact: true }).click()
  await setNumber(page, 'Variations', 1)
  await record(page)
  await fillButton(page).click()
  await expectFilled(page, 1)
  const open = page.getByRole('button', { name: 'How it came' })
  await open.click()
  await expect(fillPanel.getByText('the fill')).toBeVisible()
  const whole = await pictureAtRest(canvas(page))
  const scrub = fillPanel.getByRole('slider', { name: 'Step' })
  await scrub.press('Home')
  await expect(fillPanel.getByText('step 1 of ')).toBeVisible()
  await screenshot('trajectory-fill')
  expect((await canvas(page).screenshot()).equals(whole)).toBe(false)
  await expect(fillPanel.getByText('window 1 of 2')).toBeVisible()
  await fillPanel.getByRole('button', { name: 'Next window' }).click()
  await expect(fillPanel.getByText('window 2 of 2')).toBeVisible()
  await expect(fillPanel.getByText('step 1 of ')).toBeVisible()
  await expectNoViolations(page)
  await open.click()
  await expect(fillPanel).toHaveCount(0)
})
