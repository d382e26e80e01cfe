import { expectNoViolations } from './support/axe.ts'
import { expectFinished, finishedPictures, generate } from './support/generate.ts'
import { expect, test } from './support/studio.ts'

test('compares steps by eta on the noise of a picture, by keys: grid, wipe, difference, the way, charts', async ({
  studio: { page, screenshot },
}) => {
  await generate(page, { steps: 5, count: 1 })
  await expectFinished(page, 1)
  await finishedPictures(page).first().click()
  await page.getByRole('button', { name: 'Send to Compare' }).click()
  await expect(page.getByRole('list', { name: 'Experiments' })).toBeVisible()
  await expectNoViolations(page)

  await page.getByRole('textbox', { name: 'Values of steps' }).fill('2,4')
  const eta = page.getByRole('textbox', { name: 'Values of eta' })
  await eta.fill('0-2 [3]')
  // Eta 2 is refused before anything runs, in the words of the run itself.
  await expect(page.getByText('2 cells cannot be run')).toBeVisible()
  await eta.fill('0-1 [3]')
  await expect(page.getByText('6 cells · 18 calls')).toBeVisible()
  await page.keyboard.press('Control+Enter')
  const cells = page.getByRole('list', { name: '6 cells' }).getByRole('button')
  await expect(cells).toHaveCount(6)
  await expect(page.getByRole('button', { name: /^steps \d, eta [\d.]+, \d calls · / })).toHaveCount(6)
  await screenshot('compare-grid')
  await expectNoViolations(page)

  await cells.first().focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('button', { name: /^steps 4, eta 0, / })).toBeFocused()
  await page.keyboard.press(' ')
  await expect(page.getByRole('button', { name: /^steps 4, eta 0, / })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('End')
  await expect(page.getByRole('button', { name: /^steps 4, eta 1, / })).toBeFocused()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Cells side by side' })
  await expect(dialog.getByRole('img', { name: 'steps 4, eta 1' })).toBeVisible()
  await screenshot('compare-side')
  await dialog.getByText('Difference', { exact: true }).click()
  await expect(dialog.getByText(/of the pixels · RMS/).first()).toBeVisible()
  await dialog.getByText('On the way', { exact: true }).click()
  await dialog.getByRole('slider', { name: 'Noise left' }).fill('0')
  await expect(dialog.getByText('step 1 of 4')).toHaveCount(2)
  await expectNoViolations(page)
  await screenshot('compare-way')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await page.getByText('Charts', { exact: true }).click()
  await expect(page.getByText('Time of a cell')).toBeVisible()
  await screenshot('compare-charts')
})
