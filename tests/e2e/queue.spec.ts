import { expect } from '@playwright/test'
import { expectNoViolations } from './support/axe.ts'
import { estimates, expectFinished, finishedPictures, generate } from './support/generate.ts'
import { atRest } from './support/rest.ts'
import { test } from './support/studio.ts'

/** The queue as its user meets it, by the keys alone once it is open. */

test('puts jobs in another order, waits, and goes on', async ({ studio: { page, screenshot } }) => {
  // Longer than any hand takes to the pause.
  await generate(page, { steps: 1000, count: 1000 })
  await expect(estimates(page).first()).toBeVisible()
  await generate(page, { steps: 6, count: 1 })
  await generate(page, { steps: 7, count: 2 })
  const strip = page.getByRole('contentinfo', { name: 'Jobs' })
  await expect(strip).toContainText('2 queued')
  await strip.getByRole('button', { name: 'Queue' }).click()
  const queue = page.getByRole('dialog', { name: 'Queue' })
  const next = queue.getByRole('list', { name: 'Next' }).getByRole('listitem')
  await expect(next).toHaveText([/DDIM 6/, /DDIM 7/])
  // What opens takes the focus, some frames after it is there.
  await atRest(page)
  // The handle of the second, and one place up.
  await next.nth(1).getByRole('button', { name: /^Move/ }).focus()
  await page.keyboard.press('ArrowUp')
  await expect(next).toHaveText([/DDIM 7/, /DDIM 6/])
  await expect(next.nth(0).getByRole('button', { name: /^Move/ })).toBeFocused()
  await next
    .nth(1)
    .getByRole('button', { name: /before the others$/ })
    .click()
  await expect(next).toHaveText([/DDIM 6.*before the others/, /DDIM 7/])
  await queue.getByRole('button', { name: 'Pause' }).click()
  // What ran waits with the others, in its place before them.
  await expect(next).toHaveCount(3)
  await expect(strip).toContainText('Queue paused')
  await expectNoViolations(page)
  await screenshot('queue-paused')
  await next
    .filter({ hasText: 'DDIM 1,000' })
    .getByRole('button', { name: /^Cancel/ })
    .click()
  await expect(next).toHaveCount(2)
  await queue.getByRole('button', { name: 'Go on' }).click()
  await expect(next).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expectFinished(page, 2)
  await expect(finishedPictures(page)).toHaveCount(2)
})
