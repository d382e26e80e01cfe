/** What is round the screens: menus, the sheet of shortcuts, settings, and the place of the window. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { expectNoViolations } from './support/axe.ts'
import { found } from './support/setup.ts'
import { expect, launchElectron, type Studio, test } from './support/studio.ts'

/** Through the system's bar, whose entries have the ids of their commands, or through our own. */
async function chooseSettings({ app, page }: Pick<Studio, 'app' | 'page'>): Promise<void> {
  if (app === undefined) {
    await page.getByRole('button', { name: 'File', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Settings' }).click()
    return
  }
  const entry = () =>
    app.evaluate(({ Menu }) => {
      const item = Menu.getApplicationMenu()?.getMenuItemById('settings')
      return item?.enabled === true ? (item.accelerator ?? 'no keys') : 'not there'
    })
  // The window says what stands in the menus when it has been drawn.
  await expect.poll(entry).toBe(',')
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('settings')?.click())
}

test('the menus lead to the settings, and what is set there counts at once', async ({ studio: { page, app, screenshot } }) => {
  const settings = page.getByRole('main', { name: 'Settings' })
  await chooseSettings({ app, page })
  await expect(settings).toBeVisible()
  await settings.getByText('High contrast', { exact: true }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'contrast')
  await expectNoViolations(page)
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Shortcuts' })
  await sheet.getByRole('textbox', { name: 'Search shortcuts' }).fill('ctrl enter')
  await expect(sheet.getByText('Fill', { exact: true })).toBeVisible()
  await expect(sheet.getByText('Full screen')).toHaveCount(0)
  await expectNoViolations(page)
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await settings.getByText('Deutsch', { exact: true }).click()
  await expect(page.getByRole('main', { name: 'Optionen' })).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Bereiche' }).getByRole('button', { name: 'Erzeugen' })).toBeVisible()
  await screenshot('settings-contrast-german')
})

const bounds = (app: ElectronApplication) => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())

test('the window comes back where it was', async ({ door }) => {
  test.skip(door !== 'electron', 'A browser keeps its windows itself.')
  // It starts its own window, so the fixture does not skip for it; the variable holds the reason.
  test.skip(process.env[found.noElectron] !== undefined, process.env[found.noElectron] ?? '')
  const data = mkdtempSync(join(tmpdir(), 'palimpsest-place-'))
  const shown = (page: Page) => expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  const place = { x: 140, y: 90, width: 1111, height: 777 }
  try {
    const { app: first, page } = await launchElectron(data)
    await shown(page)
    await first.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), place)
    await expect.poll(() => bounds(first)).toEqual(place)
    await first.close()
    const { app: again, page: other } = await launchElectron(data)
    await shown(other)
    await expect.poll(() => bounds(again)).toEqual(place)
    await again.close()
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 10 })
  }
})
