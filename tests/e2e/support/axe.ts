import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Colours on their way from one to another have no contrast to judge: everything that moves has come to its rest first. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moving = () => document.getAnimations().filter((one) => Number.isFinite(Number(one.effect?.getComputedTiming().endTime)))
    // What ends may set off another.
    for (let left = moving(); left.length > 0; left = moving()) {
      await Promise.allSettled(left.map((one) => one.finished))
      await new Promise(requestAnimationFrame)
    }
  })
}

export async function expectNoViolations(page: Page): Promise<void> {
  await settled(page)
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}
