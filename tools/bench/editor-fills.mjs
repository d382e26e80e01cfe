// Fills by the program's own jobs: frames while a model samples, the composite, and the finished picture as a file.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { invoke, watchFrames } from './editor-page.mjs'
import { fitted, serpentine, stroke } from './editor-strokes.mjs'
import { costing, processorTime, treeOf } from './processes.mjs'
import { frameCosts, spread, spreads, traced } from './trace.mjs'

/** The mask of a stroke that has not been saved yet, from the click in the menu to the file. */
export async function exportMask(bench) {
  const { app, page, box, data, root, plan } = bench
  const out = join(data, 'mask.png')
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, out)
  await page.locator('[data-editor]').press('Control+0')
  await page.getByRole('button', { name: 'Mask', exact: true }).click()
  await page.getByRole('button', { name: 'Save as a PNG…' }).waitFor()
  await page.keyboard.press('Escape')
  await stroke(page, serpentine(box, plan.moves, 1))
  await page.getByRole('button', { name: 'Mask', exact: true }).click()
  await page.evaluate(() => {
    const seen = { begun: 0, done: 0 }
    globalThis.exporting = seen
    addEventListener('click', () => (seen.begun = performance.now()), { capture: true, once: true })
    const observer = new MutationObserver(() => {
      if (seen.begun === 0 || !document.body.textContent.includes('Saved as ')) return
      seen.done = performance.now()
      observer.disconnect()
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  const cost = await costing(
    async () => {
      await page.getByRole('button', { name: 'Save as a PNG…' }).click()
      await page.waitForFunction(() => globalThis.exporting.done > 0)
      return page.evaluate(() => globalThis.exporting.done - globalThis.exporting.begun)
    },
    () => treeOf(root),
  )
  return { ...cost, bytes: statSync(out).size }
}

/** Every level of the walk, from noise: what keeps the model busy longest. */
const settings = {
  model: 'photo',
  method: 'ddnm',
  eta: 1,
  spacing: 'exponential',
  variations: 1,
  batch: 1,
  start: 'noise',
  strength: 1,
  refine: 'off',
}

/** When what is painted has been saved: the number of pixels that a fill would blend. */
async function savedMask(page, photo, enough) {
  const blend = { padding: 32, grow: 0, feather: 4, side: 'outward' }
  for (let tries = 0; tries < 300; tries++) {
    const { value } = await invoke(page, 'planFill', { photo, model: settings.model, blend })
    if (enough(value.painted)) return value.painted
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('The mask was not saved.')
}

const imagingPids = (app) =>
  app.evaluate(({ app: own }) =>
    own.getAppMetrics().flatMap(({ name, pid }) => (name?.startsWith('imaging') === true ? [pid] : [])),
  )

/** Which process is which, for the table. */
export async function nameProcesses({ app, names }) {
  const metrics = await app.evaluate(({ app: own }) => own.getAppMetrics().map(({ pid, type, name }) => [pid, name ?? type]))
  for (const [pid, name] of metrics) names.set(pid, name === 'Tab' ? 'window' : name)
}

/** Runs a job to its end, `meanwhile` until its last model call is done. Then the composite begins. */
async function filled(bench, photo, steps, meanwhile) {
  const { app, page } = bench
  await page.evaluate(() => {
    const seen = { begun: false, last: 0, done: 0, error: null }
    globalThis.seen = seen
    const stop = globalThis.palimpsest.subscribe((event) => {
      if (event.kind !== 'job' || event.job.request.kind !== 'inpaint') return
      const { progress, images, status, error } = event.job
      if (progress !== null && progress.calls > 0) seen.begun = true
      if (progress !== null && progress.calls >= progress.callsTotal && seen.last === 0) seen.last = performance.now()
      if ((images[0]?.url ?? null) !== null && seen.done === 0) seen.done = performance.now()
      if (error !== null) seen.error = error.message
      if (status === 'done' || status === 'failed') stop()
    })
  })
  const { value } = await invoke(page, 'inpaint', { photo, settings: { ...settings, steps } })
  const until = (what) =>
    page.waitForFunction((name) => globalThis.seen[name] || globalThis.seen.error !== null, what, { timeout: 300_000 })
  await until('begun')
  await nameProcesses(bench)
  const imaging = await imagingPids(app)
  const said = await meanwhile(() => page.evaluate(() => globalThis.seen.last > 0 || globalThis.seen.error !== null))
  await until('last')
  const before = processorTime(imaging)
  await until('done')
  const after = processorTime(imaging)
  const { error, last, done } = await page.evaluate(() => globalThis.seen)
  if (error !== null) throw new Error(error)
  return { said, job: value.job, composite: { wall: done - last, cpu: before === null ? null : after - before } }
}

async function saved({ app, page }, job) {
  const saves = {}
  const usual = { what: 'picture', lossless: true, quality: 92, recipe: true, exif: false, gps: false }
  const imaging = await imagingPids(app)
  for (const format of ['png', 'tiff', 'jpeg']) {
    let bytes = 0
    const work = async () => {
      const { wall, value } = await invoke(page, 'savePicture', { job, image: 0, settings: { ...usual, format } })
      bytes = value.picture.bytes
      return wall
    }
    saves[format.toUpperCase()] = { ...(await costing(work, () => imaging)), bytes }
  }
  return saves
}

/** A mask of nothing but this stroke. */
async function onlyStroke({ page, size, box }, photo, tool, points) {
  const editor = page.locator('[data-editor]')
  await editor.press('Control+0')
  await editor.press('Control+d')
  await savedMask(page, photo, (count) => count === 0)
  await editor.press(tool)
  const at = fitted(box, size)
  await stroke(
    page,
    points.map(([x, y]) => ({ x: at.x + x * at.scale, y: at.y + y * at.scale })),
  )
  return savedMask(page, photo, (count) => count > 0)
}

/** A touch of the brush is filled, and the hand goes on painting meanwhile. */
export async function smallFill(bench, photo) {
  const { app, page, pid, size, box, memory, plan } = bench
  const painted = await onlyStroke(bench, photo, 'b', [[0.5 * size.width, 0.5 * size.height]])
  memory.phase('a job samples')
  const { said, job, composite } = await filled(bench, photo, plan.steps, async (over) => {
    await page.evaluate(watchFrames)
    const { value, main } = await traced(app, pid, async () => {
      for (let turn = 0; !(await over()); turn++) await stroke(page, serpentine(box, 60, turn))
      return page.evaluate(() => globalThis.endFrames())
    })
    return { ...value, main: spreads(frameCosts(main)) }
  })
  memory.phase('save')
  const frames = { intervals: spread(said.intervals), long: spread(said.long), pings: spread(said.pings), main: said.main }
  return { frames, painted, composite, saves: await saved(bench, job) }
}

export async function largeFill(bench, photo) {
  const { size, memory, hole } = bench
  const corner = (sign) => [0.5 * (size.width + sign * hole), 0.5 * (size.height + sign * hole)]
  const painted = await onlyStroke(bench, photo, 'r', [corner(-1), corner(1)])
  memory.phase('fill of a large hole')
  const { job, composite } = await filled(bench, photo, 3, async () => undefined)
  memory.phase('save')
  return { painted, composite, saves: await saved(bench, job) }
}
