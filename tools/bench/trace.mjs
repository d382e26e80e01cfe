// What a page's main thread did, from Chromium's own trace: `wall` is the clock's time, `cpu` the thread's processor time, both in ms.
import { readFileSync, rmSync } from 'node:fs'

const recording = {
  included_categories: ['toplevel', 'devtools.timeline', '__metadata'],
  excluded_categories: ['*'],
  trace_buffer_size_in_kb: 300_000,
}

/** Runs `work` with the trace on. `pid`: the renderer process whose main thread is meant. */
export async function traced(app, pid, work) {
  await app.evaluate(({ contentTracing }, options) => contentTracing.startRecording(options), recording)
  const value = await work()
  const file = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording())
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file, { force: true })
  return { value, main: mainThread(traceEvents, pid) }
}

/** The complete events of that process's main thread, by their beginning. */
export function mainThread(events, pid) {
  const mains = events.filter(
    ({ name, args, pid: owner }) => name === 'thread_name' && args?.name === 'CrRendererMain' && owner === pid,
  )
  const tid = mains[0]?.tid
  if (tid === undefined) throw new Error('The trace has no main thread of the page in it.')
  return events.filter((one) => one.pid === pid && one.tid === tid && one.ph === 'X').toSorted((a, b) => a.ts - b.ts)
}

const taskNames = ['RunTask', 'ThreadControllerImpl::RunTask']

/** Tasks that lie in no other. */
function outerTasks(main) {
  const name = taskNames.find((one) => main.some((event) => event.name === one))
  const outer = []
  for (const task of main) {
    const last = outer.at(-1)
    if (task.name === name && (last === undefined || task.ts >= last.ts + last.dur))
      outer.push({ ts: task.ts, dur: task.dur ?? 0, tdur: task.tdur ?? 0 })
  }
  return outer
}

const cost = (events) => ({
  wall: events.reduce((sum, { dur = 0 }) => sum + dur, 0) / 1000,
  cpu: events.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000,
})

/** The last event may be followed by so much, in microseconds. */
const after = 100_000

/**
 * For each event of this type: `handler`, from its handler to the end of the drawing that belongs to it (its dispatch and the animation
 * frames before the next); `whole`, all the main thread did until the next.
 */
export function eventCosts(main, type) {
  const events = main.filter(({ name, args }) => name === 'EventDispatch' && args?.data?.type === type)
  const frames = main.filter(({ name }) => name === 'FireAnimationFrame')
  const tasks = outerTasks(main)
  return events.map((event, k) => {
    const next = Math.min(events[k + 1]?.ts ?? Infinity, event.ts + (k + 1 < events.length ? Infinity : after))
    return {
      handler: cost([event, ...frames.filter(({ ts }) => ts >= event.ts && ts < next)]),
      whole: cost(tasks.filter(({ ts, dur }) => ts + dur > event.ts && ts + dur <= next + (k + 1 < events.length ? 0 : after))),
    }
  })
}

/** All the main thread did from one animation frame to the next. */
export function frameCosts(main) {
  const begins = main.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts)
  // A frame may call several.
  const marks = begins.filter((ts, k) => k === 0 || ts - begins[k - 1] > 3000)
  const rows = marks.map(() => [])
  let at = -1
  for (const task of outerTasks(main)) {
    while (at + 1 < marks.length && marks[at + 1] <= task.ts + task.dur) at++
    if (at >= 0) rows[at].push(task)
  }
  return rows.map(cost)
}

const round = (value) => Math.round(value * 100) / 100

/** Nearest rank. */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share) => round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0)
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

/** `{ wall, cpu }` of each, as the spreads of both. */
export const spreads = (costs) => ({ wall: spread(costs.map(({ wall }) => wall)), cpu: spread(costs.map(({ cpu }) => cpu)) })
