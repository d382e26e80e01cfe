import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectNoViolations } from './support/axe.ts'
import { expectFinished, generate } from './support/generate.ts'
import { expect, test } from './support/studio.ts'

/** Of every picture in the library's folder, without those in the trash. */
function hashesOf(data: string): readonly string[] {
  return readdirSync(join(data, 'library'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.png') && !/[\\/]\./.test(entry.parentPath.slice(data.length)))
    .map((entry) =>
      createHash('sha256')
        .update(readFileSync(join(entry.parentPath, entry.name)))
        .digest('hex'),
    )
}

test('finds, marks, looks at, throws away and makes again what was generated, by keys', async ({
  studio: { page, data, app, screenshot },
}) => {
  const grid = (pictures: string) => page.getByRole('listbox', { name: pictures, exact: true })
  const search = page.getByRole('searchbox', { name: 'Search the pictures' })
  await generate(page, { steps: 5, count: 4 })
  await expectFinished(page, 4)
  await page.keyboard.press('Shift+G')
  await expect(grid('4 pictures')).toBeVisible()
  // Through every door the pictures themselves come.
  await expect
    .poll(() =>
      page
        .locator('[role=option] img')
        .evaluateAll((all) => all.filter((one) => (one as HTMLImageElement).naturalWidth > 0).length),
    )
    .toBe(4)

  await page.getByRole('option').first().click()
  await page.keyboard.press('ArrowRight')
  const second = page.getByRole('option').nth(1)
  await expect(second).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('f')
  await expect(second).toHaveAccessibleName(/favourite$/)
  await page.getByRole('button', { name: 'Favourites alone' }).click()
  await expect(grid('1 picture')).toBeVisible()
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(grid('4 pictures')).toBeVisible()

  await page.getByRole('option', { name: /favourite$/ }).click()
  await page.getByRole('combobox', { name: 'Add a tag' }).fill('kept')
  await page.getByRole('combobox', { name: 'Add a tag' }).press('Enter')
  await expect(page.getByRole('button', { name: 'Remove the tag kept' })).toBeVisible()
  await search.fill('kept')
  await expect(grid('1 picture')).toBeVisible()
  await search.press('Escape')
  await expect(grid('4 pictures')).toBeVisible()

  await page.getByRole('option', { name: /favourite$/ }).click()
  await expect(page.getByRole('button', { name: 'Make it again' })).toBeEnabled()
  await screenshot('gallery')
  await page.keyboard.press('Enter')
  // What opens takes the focus a moment after it is there.
  await expect(page.getByRole('dialog', { name: 'Picture 2 of 4' }).locator(':focus')).toHaveCount(1)
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('dialog', { name: 'Picture 3 of 4' })).toBeVisible()
  await page.keyboard.press('1')
  await expect(page.getByRole('status', { name: 'Zoom' })).toHaveText('100 %')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await page.getByRole('option', { name: /favourite$/ }).click()
  await page.keyboard.press('Delete')
  await expect(grid('3 pictures')).toBeVisible()
  // The message with its button goes by itself after some seconds; the keys do not.
  await page.keyboard.press('Control+z')
  await expect(grid('4 pictures')).toBeVisible()
  await page.getByRole('option', { name: /favourite$/ }).click()
  await page.getByRole('button', { name: 'Make it again' }).click()
  await expect(grid('5 pictures')).toBeVisible()
  // Nothing in a file but its pixels and its recipe: the same file twice.
  expect([hashesOf(data).length, new Set(hashesOf(data)).size]).toEqual([5, 4])

  // A browser is given the chosen files one after another, each under its own name.
  if (app === undefined) {
    const names: string[] = []
    page.on('download', (download) => names.push(download.suggestedFilename()))
    await page.keyboard.press('Control+a')
    await expect(page.getByRole('heading', { name: '5 pictures', exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Download', exact: true }).click()
    await expect.poll(() => names.length).toBe(5)
    expect(names.filter((name) => /^mnist-\d+-.*\.png$/.test(name))).toHaveLength(5)
  }
})

test('has nothing that axe objects to, empty, with a picture chosen and with it large', async ({ studio: { page } }) => {
  await page.getByRole('button', { name: 'Gallery', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Generate sixteen digits' })).toBeEnabled()
  await expectNoViolations(page)
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  await generate(page, { steps: 5, count: 1 })
  await expectFinished(page, 1)
  await page.keyboard.press('Shift+G')
  await page.getByRole('option').click()
  await expect(page.getByRole('button', { name: 'Make it again' })).toBeEnabled()
  await expectNoViolations(page)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Picture 1 of 1' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Make it again' })).toBeEnabled()
  await expectNoViolations(page)
})
