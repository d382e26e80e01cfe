import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectNoViolations } from './support/axe.ts'
import { expectFinished, setNumber } from './support/generate.ts'
import { canvas, choose, expectFilled, fillButton, goToInpaint, paint } from './support/inpaint.ts'
import { expect, test } from './support/studio.ts'

/** A method's own settings, from the list to the recipe. */

/** The record of the only job, which is written when the job is over: a moment after its last picture. */
function expectRecord(data: string, wanted: Record<string, unknown>): Promise<void> {
  const record = (): unknown => {
    const [job] = readdirSync(join(data, 'jobs'))
    return JSON.parse(readFileSync(join(data, 'jobs', job ?? '', 'job.json'), 'utf8'))
  }
  return expect.poll(record).toMatchObject(wanted)
}

test('runs a sampler by the settings it has of its own, remembers them, and writes them into the picture', async ({ studio }) => {
  const { page, data } = studio
  const churn = page.getByRole('textbox', { name: 'Churn, as a number' })
  await expect(churn).toHaveCount(0)
  await choose(page, 'Sampler', /^EDM/)
  await setNumber(page, 'Churn', 7)
  await choose(page, 'Sampler', /^DDIM/)
  await expect(churn).toHaveCount(0)
  await choose(page, 'Sampler', /^EDM/)
  await expect(churn).toHaveValue('7')
  await setNumber(page, 'Steps', 5)
  await setNumber(page, 'Pictures', 2)
  await expect(page.getByText('18 model calls', { exact: true })).toBeVisible()
  await expectNoViolations(page)
  // A list that has the focus leaves the keys of the button to it.
  await page.getByRole('complementary').getByRole('combobox', { name: 'Sampler' }).focus()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('option')).toHaveCount(0)
  await expectFinished(page, 2)
  await page.getByRole('button', { name: /^Picture 1, seed/ }).click()
  const facts = page.getByRole('dialog')
  await expect(facts.locator('dl > div').filter({ has: page.getByText('Churn', { exact: true }) })).toContainText('7')
  await page.keyboard.press('Escape')

  await expectRecord(data, { request: { settings: { sampler: 'edm', settings: { churn: 7 } } }, report: { nfe: 9 } })
  const url = await page.locator('[data-state="done"] img').first().getAttribute('src')
  const text = await page.evaluate(async (address) => (await fetch(address)).text(), url ?? '')
  expect(text).toContain('"churn":7')
})

test('does not offer what the model cannot be run by, and says why', async ({ studio: { page } }) => {
  await goToInpaint(page)
  await page.getByRole('complementary').getByRole('combobox', { name: 'Method' }).click()
  const colourise = page.getByRole('option', { name: /^Colourise/ })
  await expect(colourise).toHaveAttribute('data-combobox-disabled', 'true')
  await expect(colourise).toContainText('knows only grey')
  await expectNoViolations(page)
  await page.keyboard.press('Escape')
})
test('fills within a number of model calls', async ({ studio: { page, data, screenshot } }) => {
  await goToInpaint(page)
  await page.getByRole('button', { name: /handwriting/ }).click()
  await expect(canvas(page)).toBeVisible()
  await paint(page, [
    [0.52, 0.41],
    [0.55, 0.44],
  ])
  await page.getByRole('switch', { name: 'By model calls' }).check()
  await setNumber(page, 'Model calls', 80)
  await setNumber(page, 'Variations', 1)
  const cost = page.getByRole('complementary').getByText(/^\d+ model calls/)
  const calls = Number.parseInt(await cost.innerText(), 10)
  expect(calls).toBeGreaterThan(40)
  expect(calls).toBeLessThanOrEqual(80)
  await expect(fillButton(page)).toBeEnabled()
  await expectNoViolations(page)
  await fillButton(page).click()
  await expectFilled(page, 1)
  await screenshot('inpaint-by-calls')
  await expectRecord(data, { report: { nfe: calls } })
})

test('generates within a number of model calls, whatever the sampler makes of a step', async ({
  studio: { page, data, screenshot },
}) => {
  const settings = page.getByRole('complementary')
  await choose(page, 'Sampler', /^DDIM/)
  await setNumber(page, 'Steps', 10)
  await page.getByRole('switch', { name: 'By model calls' }).check()
  // What it cost before is what it may cost now.
  await expect(page.getByRole('textbox', { name: 'Model calls, as a number' })).toHaveValue('10')
  await expect(page.getByRole('textbox', { name: 'Steps, as a number' })).toHaveCount(0)
  await setNumber(page, 'Model calls', 9)
  await expect(settings.getByText('9 steps', { exact: true })).toBeVisible()
  await choose(page, 'Sampler', /^Heun/)
  await expect(settings.getByText('5 steps', { exact: true })).toBeVisible()
  await setNumber(page, 'Pictures', 2)
  await expect(settings.getByText('18 model calls', { exact: true })).toBeVisible()
  await expectNoViolations(page)
  await page
    .getByRole('button', { name: 'Generate', exact: false })
    .and(page.locator('[aria-keyshortcuts="Control+Enter"]'))
    .click()
  await expectFinished(page, 2)
  await screenshot('generate-by-calls')
  await expectRecord(data, { request: { settings: { sampler: 'heun', steps: 5 } }, report: { nfe: 9 } })
  await page.getByRole('switch', { name: 'By model calls' }).uncheck()
  await expect(page.getByRole('textbox', { name: 'Steps, as a number' })).toHaveValue('5')
})
