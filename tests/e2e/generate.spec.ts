import { expectNoViolations } from './support/axe.ts'
import { estimates, estimateShown, expectFinished, finishedPictures, generate, looksOf, setNumber } from './support/generate.ts'
import { expect, test } from './support/studio.ts'

test('generates sixteen digits, and shows each while it sharpens', async ({ studio: { page, screenshot } }) => {
  const begin = page.getByRole('button', { name: 'Generate sixteen digits' })
  await expect(begin).toBeVisible()
  await screenshot('generate-empty')
  await Promise.all([estimateShown(page), begin.click()])
  await screenshot('generate-sampling')
  await expectFinished(page, 16)
  const looks = await looksOf(page)
  expect(looks).toHaveLength(16)
  expect(new Set(looks.map((look) => look.hash)).size).toBe(16)
  for (const look of looks) {
    expect(look).toMatchObject({ width: 28, height: 28 })
    // A digit is ink on ground with grey edges, never one flat tone.
    expect(look.values).toBeGreaterThan(20)
  }
  await screenshot('generate-done')
})

test('takes a preset, says what it may take, keeps one, and surprises with another', async ({ studio: { page, screenshot } }) => {
  const settings = page.getByRole('complementary', { name: 'Generate: settings' })
  const preset = settings.getByRole('combobox', { name: 'Preset' })
  // Nothing was measured on this machine yet.
  await expect(settings.getByText(/^≈ \d/)).toBeVisible()
  await expect(preset).toContainText('DDIM, 50 steps')
  await preset.click()
  await page.getByRole('option', { name: /^Quick look/ }).click()
  await expect(settings.getByText('160 model calls')).toBeVisible()
  await settings.getByRole('button', { name: 'Keep these settings as a preset' }).click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ten of mine')
  await page.getByRole('button', { name: 'Keep', exact: true }).click()
  await expect(preset).toContainText('Ten of mine')
  await screenshot('generate-preset')
  await settings.getByRole('button', { name: 'Surprise me' }).click()
  await expect(preset).not.toContainText('Ten of mine')
  await expect(finishedPictures(page)).not.toHaveCount(0, { timeout: 180_000 })
  await expectNoViolations(page)
})

test('cancels a run, keeps the window and runs the next', async ({ studio: { page, screenshot } }) => {
  await generate(page, { steps: 1000, count: 16 })
  await expect(estimates(page).first()).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText(/Cancelled before the first picture was finished/)).toBeVisible()
  await screenshot('generate-cancelled')
  await expect(finishedPictures(page)).toHaveCount(0)
  await generate(page, { steps: 5, count: 4 })
  await expectFinished(page, 4)
})

test('survives the end of its engine in mid-run, sets the job aside the second time, and goes on', async ({ studio }) => {
  test.skip(process.platform !== 'linux' && studio.app === undefined, 'Finding a child process needs /proc.')
  const { page, screenshot } = studio
  await generate(page, { steps: 1000, count: 16 })
  await expect(estimates(page).first()).toBeVisible()
  // Devices are looked for in engines of their own, which may still be there.
  await expect.poll(studio.enginePids).toHaveLength(1)
  const [engine] = await studio.enginePids()
  process.kill(engine ?? 0, 'SIGKILL')
  // Another one takes the run up.
  await expect.poll(async () => (await studio.enginePids()).filter((pid) => pid !== engine)).toHaveLength(1)
  await expect(page.getByRole('contentinfo', { name: 'Jobs' })).toContainText(/step \d/)
  const [second] = (await studio.enginePids()).filter((pid) => pid !== engine)
  process.kill(second ?? 0, 'SIGKILL')
  await expect(page.getByRole('main').getByRole('alert')).toContainText('The engine stopped')
  await screenshot('generate-engine-killed')
  await generate(page, { steps: 5, count: 4 })
  await expectFinished(page, 4)
})

test('makes a strip from one picture to another, its ends being the two', async ({ studio: { page, screenshot } }) => {
  await generate(page, { steps: 10, count: 4 })
  await expectFinished(page, 4)
  const [first, second] = await looksOf(page)
  await finishedPictures(page).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Interpolate with…' }).click()
  // With the keys: the first picture has the focus, from one to the next go the arrows.
  const others = dialog.getByRole('list').getByRole('button')
  await expect(others.first()).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(others.nth(1)).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await expect(others.first()).toHaveAttribute('aria-pressed', 'true')
  await setNumber(page, 'Frames', 5)
  await screenshot('interpolate-choice')
  await expectNoViolations(page)
  await dialog.getByRole('button', { name: 'Make 5 frames' }).click()
  await expect(page.getByRole('button', { name: /^Picture \d, \d+ % of the way$/ })).toHaveCount(5)
  const frames = await looksOf(page)
  expect([frames[0]?.hash, frames[4]?.hash]).toEqual([first?.hash, second?.hash])
  expect(new Set(frames.map(({ hash }) => hash)).size).toBe(5)
  await screenshot('interpolate-frames')
})

test('has nothing that axe objects to', async ({ studio: { page, screenshot } }) => {
  await expect(page.getByRole('button', { name: 'Generate sixteen digits' })).toBeVisible()
  await expectNoViolations(page)
  await generate(page, { steps: 5, count: 16 })
  await expectFinished(page, 16)
  await expectNoViolations(page)
  await page.getByRole('button', { name: 'Inpaint', exact: true }).click()
  await expect(page.getByRole('main', { name: 'Inpaint' })).toBeVisible()
  await expectNoViolations(page)
  await screenshot('inpaint-empty')
})
