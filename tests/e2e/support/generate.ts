import type { Locator, Page } from '@playwright/test'
import { expect } from './studio.ts'

/** The Generate screen as its user meets it. */

export const finishedPictures = (page: Page): Locator => page.getByRole('button', { name: /^Picture \d+, seed \d+$/ })
export const estimates = (page: Page): Locator => page.getByRole('button', { name: /^Picture \d+, seed \d+, step \d+ of \d+$/ })

export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const box = page.getByRole('textbox', { name: `${label}, as a number` })
  await box.fill(String(value))
  await box.press('Enter')
}

/** Steps and count, then the button at the foot of the settings. */
export async function generate(page: Page, { steps, count }: { readonly steps: number; readonly count: number }): Promise<void> {
  await setNumber(page, 'Steps', steps)
  await setNumber(page, 'Pictures', count)
  await page
    .getByRole('button', { name: 'Generate', exact: false })
    .and(page.locator('[aria-keyshortcuts="Control+Enter"]'))
    .click()
}

export async function expectFinished(page: Page, count: number): Promise<void> {
  await expect(finishedPictures(page)).toHaveCount(count, { timeout: 180_000 })
}

/** Resolves when an estimate is shown, were it for a single frame: to be begun before the run is, which may be short. */
export function estimateShown(page: Page): Promise<unknown> {
  return page.waitForFunction(() => document.querySelector('[data-state="preview"]') !== null)
}

/** Of every picture shown: its size, and how many different values its pixels have. */
export function looksOf(page: Page): Promise<readonly { width: number; height: number; values: number; hash: string }[]> {
  return page.evaluate(async () => {
    const images = [...document.querySelectorAll<HTMLImageElement>('[data-state="done"] img')]
    return Promise.all(
      images.map(async (image) => {
        await image.decode()
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
        const context = canvas.getContext('2d')
        if (context === null) throw new Error('no 2d context')
        context.drawImage(image, 0, 0)
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
        return { width: canvas.width, height: canvas.height, values: new Set(data).size, hash: data.join() }
      }),
    )
  })
}
