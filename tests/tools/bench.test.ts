import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

/** The editor's bench counts what the trace of a browser says, and what /proc does; here both are known beforehand. */

const tools = resolve(import.meta.dirname, '../../tools/bench')

/** What a script says that may import the bench's modules by name: they are JavaScript without types. */
function said(script: string): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: tools, encoding: 'utf8' })
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(stderr)
  }
}

/** Two moves of the pointer, each in a task with its frame, a task between them, and another thread and process that have no part in it. */
const trace = `
  const page = { pid: 7, tid: 1 }
  const milli = (ts, dur, tdur) => ({ ph: 'X', ts: ts * 1000, dur: dur * 1000, tdur: tdur * 1000 })
  const of = (type) => ({ name: 'EventDispatch', args: { data: { type } } })
  const events = [
    { name: 'thread_name', ...page, args: { name: 'CrRendererMain' } },
    { name: 'thread_name', pid: 8, tid: 1, args: { name: 'CrRendererMain' } },
    { name: 'RunTask', ...page, ...milli(0, 10, 5) },
    { ...of('pointermove'), ...page, ...milli(1, 4, 2) },
    { name: 'FireAnimationFrame', ...page, ...milli(6, 2, 1) },
    // Inside the first: counted once.
    { name: 'RunTask', ...page, ...milli(2, 1, 1) },
    { name: 'RunTask', ...page, ...milli(12, 3, 3) },
    { name: 'RunTask', ...page, ...milli(20, 8, 6) },
    { ...of('pointermove'), ...page, ...milli(21, 3, 2) },
    { ...of('pointerdown'), ...page, ...milli(24, 1, 1) },
    { name: 'FireAnimationFrame', ...page, ...milli(25, 2, 2) },
    { name: 'RunTask', pid: 7, tid: 2, ...milli(0, 90, 90) },
    { ...of('pointermove'), pid: 8, tid: 1, ...milli(3, 50, 50) },
  ]`

test('a move is counted from its handler to the end of its frame, and the whole of the thread until the next', () => {
  const costs = said(`import { eventCosts, frameCosts, mainThread } from './trace.mjs'${trace}
    const main = mainThread(events, 7)
    console.log(JSON.stringify({ moves: eventCosts(main, 'pointermove'), downs: eventCosts(main, 'pointerdown').length, frames: frameCosts(main) }))`)
  expect(costs).toEqual({
    moves: [
      { handler: { wall: 6, cpu: 3 }, whole: { wall: 13, cpu: 8 } },
      { handler: { wall: 5, cpu: 4 }, whole: { wall: 8, cpu: 6 } },
    ],
    downs: 1,
    frames: [
      { wall: 13, cpu: 8 },
      { wall: 8, cpu: 6 },
    ],
  })
})

test('a trace without the page is no measurement', () => {
  expect(() => said(`import { mainThread } from './trace.mjs'; mainThread([], 7)`)).toThrow(/no main thread/)
})

test('a spread is of nearest ranks', () => {
  const spread = said(`import { spread } from './trace.mjs'
    console.log(JSON.stringify(spread(Array.from({ length: 200 }, (_, i) => 200 - i))))`)
  expect(spread).toEqual({ count: 200, p50: 100, p95: 190, p99: 198, max: 200 })
})

test('the tree of a process holds its children, with memory and processor time of their own', (context) => {
  context.skip(process.platform !== 'linux', 'only Linux tells of processes by /proc')
  const tree = said(`import { spawn } from 'node:child_process'
    import { memoryOf, processorTime, treeOf } from './processes.mjs'
    const child = spawn(process.execPath, ['-e', 'process.stdout.write("on"); setInterval(() => undefined, 1000)'])
    await new Promise((done) => child.stdout.once('data', done))
    const [own, all] = [treeOf(child.pid), treeOf(process.pid)]
    const out = { own: own.length === 1 && own[0] === child.pid, all: all.includes(child.pid) && all.includes(process.pid),
      memory: memoryOf(own) > 1e6 && memoryOf(all) > memoryOf([process.pid]), time: processorTime(all) > 0, gone: memoryOf([2 ** 30]) }
    child.kill()
    console.log(JSON.stringify(out))`)
  expect(tree).toEqual({ own: true, all: true, memory: true, time: true, gone: 0 })
})
