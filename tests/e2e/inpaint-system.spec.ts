/** What the system does to the program: hands it pictures, starts it twice, and kills it. Of Electron's door alone. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canvas, goToInpaint, paint, painted, picture } from './support/inpaint.ts'
import { treeOf } from './support/processes.ts'
import { found } from './support/setup.ts'
import { electronArguments, environment, expect, launchElectron, root, test } from './support/studio.ts'

// Files named by path, at a start or by a second one, exist in Electron's call table alone.
test.skip(({ door }) => door !== 'electron', 'A browser is handed nothing by the system.')

/** All below the process first; what ends meanwhile is gone already. */
function killTree(root: number): void {
  for (const pid of treeOf(root).toReversed()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      continue
    }
  }
}

/** Of the only photograph; a bare one while none was written. */
function deskOf(data: string): { readonly masks: readonly unknown[] } {
  const [photo = ''] = readdirSync(join(data, 'photos'))
  try {
    return JSON.parse(readFileSync(join(data, 'photos', photo, 'desk.json'), 'utf8')) as { masks: readonly unknown[] }
  } catch {
    return { masks: [] }
  }
}

test('opens the pictures that a second start names, and says of one that is none what it is', async ({
  studio: { page, data },
}) => {
  const file = await picture(data, 'from the folder.png', (x, y) => [x, 128, y])
  const letter = join(data, 'letter.png')
  writeFileSync(letter, 'Dear reader, this is no picture.')
  const second = spawn(process.env[found.electron] ?? '', [...electronArguments, letter, file], {
    env: environment(data),
    cwd: root,
    stdio: 'ignore',
  })
  expect(await new Promise((done) => second.once('exit', done))).toBe(0)
  await expect(canvas(page)).toBeVisible()
  await expect(page.getByRole('heading', { name: 'from the folder.png' })).toBeAttached()
  await expect(page.getByText(/letter\.png/)).toBeVisible()
})

test('a program that is killed comes back with the photograph, all its masks and what was kept', async ({ door }) => {
  // It starts its own window, so the fixture does not skip for it; the variable holds the reason.
  test.skip(process.env[found.noElectron] !== undefined, process.env[found.noElectron] ?? '')
  test.skip(door !== 'electron' || process.platform !== 'linux', 'Its processes are found in /proc.')
  const data = mkdtempSync(join(tmpdir(), 'palimpsest-killed-'))
  const file = await picture(data, 'killed.png', (x, y) => [x, 128, y])
  try {
    const { app: first, page } = await launchElectron(data, [...electronArguments, file])
    await expect(canvas(page)).toBeVisible()
    // Rectangles: of a stroke that takes long some may be saved before its end.
    await page.keyboard.press('r')
    await paint(page, [[0.4, 0.3], [0.6, 0.4]]) // prettier-ignore
    await expect.poll(() => painted(data)).toBeGreaterThan(0)
    const one = await painted(data)
    await page.getByRole('button', { name: 'New mask (Alt N)' }).click()
    await paint(page, [[0.4, 0.5], [0.6, 0.6]]) // prettier-ignore
    await expect.poll(() => painted(data)).toBeGreaterThan(one)
    const both = await painted(data)
    // Each mask is written into a file of its own after the one of them all, and the list of them last.
    for (const name of ['masks/1.png', 'masks/2.png']) await expect.poll(() => painted(data, name)).toBeGreaterThan(0)
    await expect.poll(() => deskOf(data).masks.length).toBe(2)
    const gone = new Promise((done) => first.process().once('exit', done))
    killTree(first.process().pid ?? 0)
    await gone

    const { app: again, page: restored } = await launchElectron(data)
    await goToInpaint(restored)
    await restored.getByRole('region', { name: 'Opened before' }).getByRole('button', { name: 'killed.png' }).click()
    await expect(canvas(restored)).toBeVisible()
    const masks = restored.getByRole('list', { name: 'Masks' })
    await expect(masks.getByRole('listitem')).toHaveCount(2)
    await expect.poll(() => painted(data)).toBe(both)
    await masks.getByRole('button', { name: 'Hide Mask 2' }).click()
    await expect.poll(() => painted(data)).toBe(one)
    await again.close()
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 10 })
  }
})
