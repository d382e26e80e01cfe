// The editor on a photograph of 24 megapixels, in the program's own window, and beside it a naive canvas that is given the same strokes.
//   npm run build && node tools/bench/editor.mjs [--smoke]
// Prints a table and a line of JSON. --smoke: a small photograph and few strokes, to see that it runs.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { exportMask, largeFill, nameProcesses, smallFill } from './editor-fills.mjs'
import { invoke, watchOpening } from './editor-page.mjs'
import { fitted, painted } from './editor-strokes.mjs'
import { naiveMeasured } from './naive.mjs'
import { makePhotograph } from './photograph.mjs'
import { memoryOf, watchMemory } from './processes.mjs'
import { table } from './report.mjs'
import { openWindow } from './window.mjs'

const smoke = process.argv.includes('--smoke')
const size = smoke ? { width: 600, height: 400 } : { width: 6000, height: 4000 }
const brush = smoke ? 60 : 300
const plan = smoke ? { strokes: 2, moves: 12, steps: 4 } : { strokes: 3, moves: 60, steps: 12 }
/** Side of the larger hole: 1.5 megapixels of 24. */
const hole = smoke ? 150 : 1225
const view = { width: 1440, height: 900 }

await main()

async function main() {
  const data = mkdtempSync(join(tmpdir(), 'palimpsest-editor-'))
  try {
    const before = loadavg()[0]
    const opened = await openWindow({ data, ...view })
    if ('missing' in opened) {
      console.log(`NOTICE: the editor is not measured. ${opened.missing}`)
      return
    }
    try {
      const result = { ...(await measure(opened, data)), load: { before, after: loadavg()[0] } }
      console.log(table(result))
      console.log(JSON.stringify(result))
    } finally {
      await opened.close()
    }
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** So that a run which is ended before its end has said what it knew. */
function known(what, value) {
  console.error(`${what}: ${JSON.stringify(value)}`)
  return value
}

async function measure({ app, page }, data) {
  const root = app.process().pid
  const names = new Map()
  await nameProcesses({ app, names })
  const pid = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.getOSProcessId())
  const compositor = await app.evaluate(({ app: own }) => own.getGPUFeatureStatus().gpu_compositing)
  const file = join(data, 'photograph.jpg')
  const jpeg = await makePhotograph(file, size.width, size.height)

  const memory = watchMemory(root, (one) => names.get(one) ?? 'other')
  memory.phase('open')
  const open = known('open', await opening(page, file))
  const box = await page.locator('[data-editor]').boundingBox()
  const shown = await looksLike(page, file, box)
  const bench = { app, page, data, root, pid, names, memory, box, size, brush, hole, plan, view }
  await setBrush(page)
  const strokes = {}
  for (const [zoom, key] of Object.entries({ 'zoom fit': 'Control+0', '100 %': 'Control+1' })) {
    memory.phase('paint', true)
    await page.locator('[data-editor]').press(key)
    strokes[zoom] = known(zoom, await painted(bench))
  }
  const painting = memoryOf([pid])
  memory.phase('mask export')
  const maskExport = known('mask export', await exportMask(bench))
  // Its memory is not the program's.
  memory.rest()
  const naive = known('naive', await naiveMeasured(bench, jpeg))
  const photo = (await invoke(page, 'photos', {})).value[0].id
  const { frames, ...small } = known('a small hole', await smallFill(bench, photo))
  const large = known('a large hole', await largeFill(bench, photo))
  const { peak, byPhase } = known('memory', memory.stop())
  return {
    photograph: [size.width, size.height],
    bytes: jpeg.length,
    view: [view.width, view.height],
    processors: availableParallelism(),
    compositor: String(compositor).startsWith('disabled') ? 'software' : String(compositor),
    shown,
    open,
    strokes,
    maskExport,
    fills: { 'a small hole': small, 'a large hole': large },
    frames,
    memory: peak.bytes === 0 ? null : { peak, byPhase, page: painting },
    naive,
  }
}

async function opening(page, file) {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Inpaint' }).click()
  await page.locator('input[type=file]').first().waitFor({ state: 'attached' })
  await page.evaluate(watchOpening)
  await page.locator('input[type=file]').first().setInputFiles(file)
  // Sharp, when for a second no tile came that was not there.
  await page.waitForFunction(() => globalThis.opening.sharp > 0 && performance.now() - globalThis.opening.sharp > 1000, undefined, {
    timeout: 120_000,
  })
  return page.evaluate(() => {
    const { handed, first, sharp: all, stop } = globalThis.opening
    stop()
    return { first: first - handed, sharp: all - handed }
  })
}

/** Are the photograph's own colours on the screen? Looked at in squares, so that the sampling of the screen does not matter. */
async function looksLike(page, file, box) {
  const at = fitted(box, size)
  const part = { left: 0.3, top: 0.3, width: 0.4, height: 0.3 }
  const clip = {
    x: at.x + part.left * size.width * at.scale,
    y: at.y + part.top * size.height * at.scale,
    width: part.width * size.width * at.scale,
    height: part.height * size.height * at.scale,
  }
  const small = (picture) => picture.removeAlpha().resize(16, 8, { fit: 'fill' }).raw().toBuffer()
  const area = {
    left: Math.round(part.left * size.width),
    top: Math.round(part.top * size.height),
    width: Math.round(part.width * size.width),
    height: Math.round(part.height * size.height),
  }
  const [seen, meant] = await Promise.all([
    page.screenshot({ clip }).then((png) => small(sharp(png))),
    small(sharp(file).extract(area)),
  ])
  const mean = seen.reduce((sum, value, i) => sum + Math.abs(value - meant[i]), 0) / seen.length
  return mean < 12
}

async function setBrush(page) {
  const number = page.getByRole('textbox', { name: 'Brush size, as a number' })
  await number.fill(String(brush))
  await number.press('Enter')
}
