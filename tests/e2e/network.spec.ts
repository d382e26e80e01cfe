import { expectFinished, generate } from './support/generate.ts'
import { watchSockets } from './support/processes.ts'
import { expect, test } from './support/studio.ts'

test('opens no connection to another machine, from the first paint to the last picture', async ({ studio: { page, pid } }) => {
  test.skip(process.platform !== 'linux', 'Sockets are read from /proc.')
  const stop = watchSockets(pid)
  await generate(page, { steps: 10, count: 16 })
  await expectFinished(page, 16)
  await page.getByRole('button', { name: 'Inpaint', exact: true }).click()
  await expect(page.getByRole('main', { name: 'Inpaint' })).toBeVisible()
  expect(stop()).toEqual([])
})
