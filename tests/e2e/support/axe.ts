import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { atRest } from './rest.ts'

/** Colours on their way from one to another have no contrast to judge: everything that moves has come to its rest first. */
export async function expectNoViolations(page: Page): Promise<void> {
  await atRest(page)
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}
