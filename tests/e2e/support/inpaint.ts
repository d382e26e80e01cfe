import { join } from 'node:path'
import { expect, type Locator, type Page } from '@playwright/test'
import sharp from 'sharp'
import { onlyMask } from './pixels.ts'

/** The Inpaint screen as its user meets it. */

export const canvas = (page: Page): Locator => page.getByRole('application', { name: 'Photograph and mask' })
export const fillButton = (page: Page): Locator => page.getByRole('complementary').getByRole('button', { name: /^Fill/ })
export const fills = (page: Page): Locator => page.getByRole('button', { name: /^Fill with seed \d+(, kept)?$/ })

/** So many are finished, and the first has shown itself: from here on the choice is the user's. */
export async function expectFilled(page: Page, count: number): Promise<void> {
  await expect(fills(page)).toHaveCount(count, { timeout: 240_000 })
  await expect(fills(page).first()).toHaveAttribute('aria-pressed', 'true')
}

/** From a list of the settings. */
export async function choose(page: Page, label: string, option: RegExp): Promise<void> {
  await page.getByRole('complementary').getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option }).click()
}

export async function goToInpaint(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Inpaint' }).click()
}

/** A stroke of the mouse, in shares of the canvas. */
export async function paint(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  const box = await canvas(page).boundingBox()
  if (box === null) throw new Error('There is no canvas.')
  const place = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const
  const [first, ...rest] = points.map(place)
  await page.mouse.move(...(first ?? [0, 0]))
  await page.mouse.down()
  for (const point of rest) await page.mouse.move(...point, { steps: 8 })
  await page.mouse.up()
}

export const size = { width: 96, height: 80 }

/** A PNG of `size` in the data folder. */
export async function picture(data: string, name: string, colour: (x: number, y: number) => readonly number[]): Promise<string> {
  const { width, height } = size
  const pixels = Buffer.from(Array.from({ length: width * height }, (_, i) => [...colour(i % width, Math.floor(i / width))]).flat())
  const file = join(data, name)
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file)
  return file
}

/** Share of the only photograph that is painted more than half. 0 while no mask was ever saved. */
export async function painted(data: string, name?: string): Promise<number> {
  const mask = await onlyMask(data, name).catch(() => undefined)
  if (mask === undefined) return 0
  return mask.data.reduce((sum, value) => sum + (value > 127 ? 1 : 0), 0) / mask.data.length
}

/** The middle of what is painted, in pixels of the photograph. */
export async function middleOfMask(data: string): Promise<{ readonly x: number; readonly y: number }> {
  const mask = await onlyMask(data)
  const found = { x: 0, y: 0, sum: 0 }
  for (const [at, value] of mask.data.entries()) {
    found.x += value * ((at % mask.width) + 0.5)
    found.y += value * (Math.floor(at / mask.width) + 0.5)
    found.sum += value
  }
  return { x: found.x / found.sum, y: found.y / found.sum }
}
