import { expect, type Locator, type Page } from '@playwright/test'

/** A menu or a dialog begins to move some frames after it is in the page: with so many still ones in a row nothing is on its way. */
const stillFrames = 5

/**
 * What was asked for has been drawn, and everything that moves has come to its rest. For what looks at the page once: a place in it, a
 * picture of it, its colours.
 */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(async (frames) => {
    const ends = (one: Animation) => Number.isFinite(Number(one.effect?.getComputedTiming().endTime))
    const moving = () => document.getAnimations().filter((one) => one.playState === 'running' && ends(one))
    // What ends may set off another.
    for (let still = 0; still < frames; still++) {
      await new Promise(requestAnimationFrame)
      const left = moving()
      if (left.length > 0) still = -1
      await Promise.allSettled(left.map((one) => one.finished))
    }
  }, stillFrames)
}

/** A picture of it, to compare others with: taken when two in a row are equal. */
export async function pictureAtRest(place: Locator): Promise<Buffer> {
  await atRest(place.page())
  let last = await place.screenshot()
  const same = async () => {
    const before = last
    last = await place.screenshot()
    return last.equals(before)
  }
  await expect.poll(same).toBe(true)
  return last
}
