// Scrolls a library of small pictures in the program's own window and counts what its main thread does for a frame.
//   npm run build && xvfb-run -a -s "-screen 0 2600x1500x24" node tools/bench/gallery.mjs [COUNT] [WIDTH] [HEIGHT] [CELL]
// Prints a line of JSON. `cpu` is processor time, and says the same beside other loads; `wall` is the clock's.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron } from '@playwright/test'
import { findElectron } from '../run/electron.mjs'
import { makePictures } from './pictures.mjs'

const root = resolve(import.meta.dirname, '../..')
const [count = 10_000, width = 1440, height = 900, cell = 168] = process.argv.slice(2).map(Number)
/** CSS px a frame, and for how many frames: reading, hurrying, and as the scroll bar is dragged. */
const ways = [
  { name: 'reading', speed: 40, frames: 240 },
  { name: 'hurrying', speed: 160, frames: 240 },
  { name: 'dragging', speed: 2000, frames: 120 },
]

const electron = findElectron({ download: true })
if ('missing' in electron) throw new Error(electron.missing)
const data = mkdtempSync(join(tmpdir(), 'palimpsest-gallery-'))
try {
  makePictures(join(data, 'library'), count)
  console.log(JSON.stringify(await measured()))
} finally {
  rmSync(data, { recursive: true, force: true, maxRetries: 3 })
}

async function measured() {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const early = join(root, 'out/preload/early.cjs')
  const app = await _electron.launch({
    executablePath: electron.file,
    args: [...(existsSync(early) ? ['-r', early] : []), ...sandbox, root],
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', PALIMPSEST_DATA: data },
    cwd: root,
  })
  try {
    const page = await app.firstWindow()
    await page.waitForFunction(() => innerWidth > 0)
    await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h), [width, height])
    await page.evaluate((side) => {
      const key = 'palimpsest.preferences'
      const kept = JSON.parse(localStorage.getItem(key) ?? '{}')
      localStorage.setItem(key, JSON.stringify({ ...kept, galleryCell: side, screen: 'gallery' }))
    }, cell)
    await page.reload()
    const grid = page.getByRole('listbox', { name: 'pictures' })
    const label = new Intl.NumberFormat('en-GB').format(count)
    await page.getByRole('listbox', { name: `${label} pictures` }).waitFor({ timeout: 600_000 })
    await page.getByRole('progressbar', { name: 'Pictures read' }).waitFor({ state: 'detached', timeout: 600_000 })
    const rows = []
    for (const way of ways) rows.push(await scrolled(app, grid, way))
    const memory = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0)
    const metrics = await app.evaluate(({ app: own }) => own.getAppMetrics().map(({ type, memory: m }) => [type, m.workingSetSize]))
    const window = metrics.filter(([type]) => type === 'Tab').reduce((sum, [, kilobytes]) => sum + kilobytes, 0)
    return {
      pictures: count,
      window: [width, height],
      cell,
      rows,
      heapMegabytes: mega(memory),
      windowMegabytes: mega(window * 1024),
    }
  } finally {
    await app.close()
  }
}

function mega(bytes) {
  return Math.round(bytes / 1e6)
}

async function scrolled(app, grid, { name, speed, frames }) {
  const categories = [
    'toplevel',
    'cc',
    'devtools.timeline',
    'devtools.timeline.frame',
    'disabled-by-default-devtools.timeline',
    '__metadata',
  ]
  await app.evaluate(({ contentTracing }, included) => contentTracing.startRecording({ included_categories: included }), categories)
  const said = await grid.evaluate(
    (box, { by, of }) =>
      new Promise((done) => {
        let [left, mounted] = [of, 0]
        const begun = performance.now()
        const step = () => {
          box.scrollTop += by
          mounted = Math.max(mounted, box.querySelectorAll('[role="option"]').length)
          if (--left > 0) requestAnimationFrame(step)
          else done({ mounted, fps: Math.round((1000 * of) / (performance.now() - begun)), top: box.scrollTop })
        }
        requestAnimationFrame(step)
      }),
    { by: speed, of: frames },
  )
  const file = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording())
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file, { force: true })
  return { name, speed, ...said, ...frameTimes(traceEvents) }
}

/** Everything that the page's main thread did from the beginning of one frame to that of the next. */
function frameTimes(events) {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const busiest = mains
    .map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid))
    .toSorted((a, b) => b.length - a.length)[0]
  const marks = (busiest ?? []).filter(({ name }) => name === 'ProxyMain::BeginMainFrame' || name === 'ThreadProxy::BeginMainFrame')
  // A frame is marked more than once, at the same moment.
  const begins = marks
    .map(({ ts }) => ts)
    .toSorted((a, b) => a - b)
    .filter((ts, k, all) => k === 0 || ts - all[k - 1] > 3000)
  const tasks = (busiest ?? []).filter(
    ({ name, ph }) => (name === 'RunTask' || name === 'ThreadControllerImpl::RunTask') && ph === 'X',
  )
  const outer = tasks.filter(({ name }) => name === (tasks.some((task) => task.name === 'RunTask') ? 'RunTask' : tasks[0]?.name))
  const [cpu, wall] = [begins.map(() => 0), begins.map(() => 0)]
  let frame = -1
  for (const { ts, dur = 0, tdur = 0 } of outer.toSorted((a, b) => a.ts - b.ts)) {
    // The task that begins a frame is the first of it.
    while (frame + 1 < begins.length && begins[frame + 1] <= ts + dur) frame++
    if (frame < 0) continue
    cpu[frame] += tdur / 1000
    wall[frame] += dur / 1000
  }
  if (cpu.length === 0) throw new Error('The trace has no frames of the page in it.')
  return { frames: cpu.length, cpu: spread(cpu), wall: spread(wall) }
}

function spread(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share) => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 100) / 100
  return { p50: at(0.5), p95: at(0.95), max: at(1) }
}
