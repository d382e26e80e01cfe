// A library of pictures in the program's own window: how soon it is there, filters and searches, scrolling, memory.
//   npm run build && node tools/bench/gallery.mjs [COUNT] [DATA]
// Prints a table and a line of JSON. DATA: a folder to keep the library in, for another run. `cpu` is processor time, and says the same beside
// other loads; `wall` is the clock's. The bars are those of 10,000 pictures and more.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeLibrary } from './library.mjs'
import { memoryOf, processorTime, treeOf } from './processes.mjs'
import { frameCosts, spreads, traced } from './trace.mjs'
import { openWindow } from './window.mjs'

const count = Number(process.argv[2] ?? 10_000)
const kept = process.argv[3]
const [width, height] = [1440, 900]
const patienceMs = 600_000
/** CSS px a frame, and for how many frames: reading, hurrying, and as the scroll bar is dragged. */
const ways = [
  { name: 'reading', by: 40, frames: 240 },
  { name: 'hurrying', by: 160, frames: 240 },
  { name: 'dragging', by: 2000, frames: 120 },
]

const data = kept ?? mkdtempSync(join(tmpdir(), 'palimpsest-gallery-'))
try {
  if (!existsSync(join(data, 'library'))) await makeLibrary(join(data, 'library'), count)
  const load = loadavg()[0]
  const first = await opened(async ({ page, spent, settled }) => {
    await page.evaluate(() => {
      const key = 'palimpsest.preferences'
      localStorage.setItem(
        key,
        JSON.stringify({ ...JSON.parse(localStorage.getItem(key) ?? '{}'), screen: 'gallery', language: 'en', galleryCell: 168 }),
      )
    })
    const begun = performance.now()
    await page.reload()
    await settled()
    return { wall: performance.now() - begun, cpu: spent() }
  })
  if ('missing' in first) console.log(`NOTICE: the gallery is not measured. ${first.missing}`)
  else {
    const measured = { pictures: count, window: [width, height], load, first, ...(await opened(measure)) }
    console.log(table(measured))
    console.log(JSON.stringify(measured))
  }
} finally {
  if (kept === undefined) rmSync(data, { recursive: true, force: true, maxRetries: 10 })
}

/** With the program on the library; `spent`: processor time of all its processes so far. */
async function opened(work) {
  const window = await openWindow({ data, width, height })
  if ('missing' in window) return window
  const { app, page } = window
  const root = app.process().pid
  const label = `${new Intl.NumberFormat('en-GB').format(count)} pictures`
  const settled = async () => {
    await page.getByRole('listbox', { name: label, exact: true }).waitFor({ timeout: patienceMs })
    await page.getByRole('progressbar', { name: 'Pictures read' }).waitFor({ state: 'detached', timeout: patienceMs })
  }
  try {
    return await work({ app, page, settled, root, spent: () => processorTime(treeOf(root)) })
  } finally {
    await window.close()
  }
}

async function measure({ app, page, settled, root, spent }) {
  const start = await started({ app, page, spent })
  await settled()
  const pid = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.getOSProcessId())
  // Of these two, which live all the while.
  const questions = await asked({ page, spent: () => processorTime([root, pid]) })
  const rows = []
  for (const way of ways) rows.push(await scrolled({ app, page, pid }, way))
  const memory = { all: memoryOf(treeOf(root)), window: memoryOf([pid]), main: memoryOf([root]) }
  // The smallest cells on a large screen.
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(2560, 1440))
  await page.waitForFunction(() => innerWidth === 2560)
  await page.getByRole('slider', { name: 'Size of the pictures' }).fill('72')
  const { value: small } = await traced(app, pid, () => scroll(page, { by: 160, frames: 60 }))
  await page.getByRole('slider', { name: 'Size of the pictures' }).fill('168')
  return { start, questions, rows, mounted: Math.max(small.mounted, ...rows.map((row) => row.mounted)), memory }
}

/** From the beginning of the process: to the pictures on the screen, and, at most, to a key that is answered: the window is made larger before. */
async function started({ app, page, spent }) {
  const born = await app.evaluate(({ app: own }) => own.getAppMetrics().find(({ type }) => type === 'Browser')?.creationTime ?? 0)
  await page.getByRole('option').first().waitFor({ timeout: patienceMs })
  await page.getByRole('listbox').press('ArrowRight')
  await page.locator('[role=option][aria-selected=true]').waitFor()
  const answered = Date.now() - born
  const cpu = spent()
  const drawn = await page.evaluate(
    () =>
      new Promise((done) => {
        const last = (list) => done(performance.timeOrigin + (list.getEntries().at(-1)?.startTime ?? 0))
        new PerformanceObserver(last).observe({ type: 'largest-contentful-paint', buffered: true })
      }),
  )
  await page.keyboard.press('Escape')
  return { drawn: Math.round(drawn - born), answered, cpu }
}

/** Filters and searches, from the hand to what is drawn; a search waits for a pause of 120 ms in the typing. */
async function asked({ page, spent }) {
  const rows = []
  /** `act`: text to be searched for, or what is to be clicked. */
  const ask = async (name, act) => {
    const before = spent()
    const wall = await page.evaluate(
      ({ text, click }) =>
        new Promise((done) => {
          const now = () =>
            ['[role=listbox][aria-multiselectable]', '[role=option][data-index="0"]']
              .map((one) => document.querySelector(one)?.ariaLabel)
              .join()
          const was = now()
          const begun = performance.now()
          const drawn = () => requestAnimationFrame(() => done(performance.now() - begun))
          const look = () => (now() === was ? requestAnimationFrame(look) : drawn())
          if (click !== undefined) document.querySelector(click).click()
          else {
            const field = document.getElementById('gallery-search')
            // Past React's own property, so that it hears of the change.
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text)
            field.dispatchEvent(new Event('input', { bubbles: true }))
          }
          look()
        }),
      act,
    )
    rows.push({ name, wall, cpu: spent() - before })
  }
  for (const text of ['faces', 'faces ddim 50', '1234', '']) await ask(text === '' ? 'search cleared' : `search: ${text}`, { text })
  await ask('ascending', { click: '[aria-label^="Descending"]' })
  await ask('descending', { click: '[aria-label^="Ascending"]' })
  const filters = page.locator('button[aria-expanded]')
  for (const name of ['Model', 'Method']) {
    await filters.filter({ hasText: name }).click()
    const box = { click: 'fieldset input[type=checkbox]' }
    await page.locator(box.click).first().waitFor()
    await ask(`one ${name.toLowerCase()}`, box)
    await ask(`every ${name.toLowerCase()}`, box)
    await page.keyboard.press('Escape')
    await page.locator(box.click).first().waitFor({ state: 'detached' })
  }
  return rows
}

/** The most cells there were, and frames a second. */
function scroll(page, way) {
  return page.getByRole('listbox').evaluate(
    (box, { by, frames }) =>
      new Promise((done) => {
        let [left, mounted] = [frames, 0]
        const begun = performance.now()
        const step = () => {
          box.scrollTop += by
          mounted = Math.max(mounted, box.querySelectorAll('[role="option"]').length)
          if (--left > 0) requestAnimationFrame(step)
          else done({ mounted, fps: Math.round((1000 * frames) / (performance.now() - begun)) })
        }
        requestAnimationFrame(step)
      }),
    way,
  )
}

async function scrolled({ app, page, pid }, { name, ...way }) {
  const { value, main } = await traced(app, pid, () => scroll(page, way))
  return { name, ...value, ...spreads(frameCosts(main)) }
}

function table({ pictures, load, first, start, questions, rows, mounted, memory }) {
  const ms = (value) => (value === null ? '-' : `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} ms`)
  const mega = (bytes) => (bytes === null ? '-' : `${Math.round(bytes / 1e6)} MB`)
  const of = (value, most) => (value === null ? '' : value < most ? 'holds' : 'MISSED')
  const lines = [
    ['', 'clock', 'processor', 'bar', ''],
    ['the folder read, the index made', ms(first.wall), ms(first.cpu)],
    ['start to the pictures on the screen', ms(start.drawn), '', '< 2000 ms', of(start.drawn, 2000)],
    ['start to a key answered, at most', ms(start.answered), ms(start.cpu), '< 2000 ms', of(start.answered, 2000)],
    ...questions.map(({ name, wall, cpu }) => [name, ms(wall), ms(cpu)]),
    ...rows.map(({ name, wall, cpu }) => [
      `${name}: p95 of a frame`,
      ms(wall.p95),
      ms(cpu.p95),
      '< 8 ms of the processor',
      of(cpu.p95, 8),
    ]),
    ...rows.map(({ name, wall, cpu, fps }) => [`${name}: longest frame`, ms(wall.max), ms(cpu.max), `${fps} frames a second`]),
    ['cells mounted, at most', String(mounted), '', '<= 250', of(mounted, 251)],
    ['memory: all processes', mega(memory.all)],
    ['memory: the window', mega(memory.window)],
    ['memory: the main process', mega(memory.main)],
  ]
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...lines.map((line) => (line[i] ?? '').length)))
  const drawn = lines.map((line) =>
    line
      .map((text, i) => text.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  )
  return [`The gallery on ${pictures} pictures; load ${load.toFixed(1)} at its beginning.`, ...drawn].join('\n')
}
