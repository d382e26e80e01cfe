import { describe, expect, test } from 'vitest'
import type { CliProgress } from '../../src/backend/types.ts'
import { dataFolder } from '../../src/backend/folders.ts'
import { programFolders } from '../../src/cli/folders.ts'
import { endOf } from '../../src/cli/host.ts'
import { describe as words, duration, progressLine } from '../../src/cli/progress.ts'

const at = (step: number, steps = 100): CliProgress => ({
  step,
  steps,
  calls: step,
  callsTotal: steps,
  callsPerSecond: 10,
  secondsLeft: (steps - step) / 10,
})

function terminal(isTTY: boolean, quiet = false) {
  let time = 0
  let text = ''
  const line = progressLine({ isTTY, columns: 30, write: (part: string) => (text += part) }, { quiet, now: () => time })
  return { line, text: () => text, wait: (ms: number) => (time += ms) }
}

describe('progress', () => {
  test('is said in one line', () => {
    expect(words(at(40))).toBe('step 40 of 100, 10.0 a second, 6 s left')
    expect(words({ step: 9, steps: 4570, calls: 5, callsTotal: 2410, callsPerSecond: 0, secondsLeft: Infinity })).toBe(
      'step 9 of 4570, 5 of 2410 model calls',
    )
    expect(words(at(100))).toBe('step 100 of 100, 10.0 a second')
    expect(words({ ...at(40), effectiveSampleSize: 3.24 })).toBe(
      'step 40 of 100, 10.0 a second, effective sample size 3.2, 6 s left',
    )
    expect(words({ ...at(40), window: { number: 2, of: 5, step: 13, steps: 20 } })).toBe(
      'window 2 of 5, step 13 of 20, 40 of 100 model calls, 10.0 a second, 6 s left',
    )
    expect([59.4, 60, 3599, 7260].map(duration)).toEqual(['59 s', '1 min 0 s', '59 min 59 s', '2 h 1 min'])
  })

  test('in a log is the first step, one line in five seconds, and the last', () => {
    const log = terminal(false)
    for (let step = 1; step <= 100; step++) {
      log.line.show(at(step))
      log.wait(100)
    }
    const steps = log
      .text()
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1])
    expect(steps).toEqual(['1', '51', '100'])
    expect(log.text()).not.toContain('\r')
  })

  test('in a terminal is one line, never wider than it, and gone at the end', () => {
    const screen = terminal(true)
    screen.line.show(at(1))
    screen.line.say('A notice.')
    screen.wait(50)
    screen.line.show(at(2))
    screen.wait(100)
    screen.line.show(at(3))
    screen.line.end()
    const drawn = (step: number) => `\r${`step ${step} of 100, 10.0 a second, 10 s left`.slice(0, 29)}\u001b[K`
    expect(screen.text()).toBe(`${drawn(1)}\r\u001b[KA notice.\n${drawn(3)}\r\u001b[K`)
  })

  test('keeps still when quiet, but for notices', () => {
    const log = terminal(false, true)
    log.line.show(at(1))
    log.line.say('It fell back to the CPU.')
    expect(log.text()).toBe('It fell back to the CPU.\n')
  })
})

describe('folders', () => {
  test.each([
    [{ PALIMPSEST_DATA: '/p', XDG_DATA_HOME: '/x' }, 'linux', '/p'],
    [{ XDG_DATA_HOME: '/x' }, 'linux', '/x/palimpsest'],
    [{ XDG_DATA_HOME: 'relative' }, 'linux', '/home/u/.local/share/palimpsest'],
    [{ PALIMPSEST_DATA: '', XDG_DATA_HOME: '' }, 'linux', '/home/u/.local/share/palimpsest'],
    [{}, 'darwin', '/home/u/Library/Application Support/palimpsest'],
    [{ LOCALAPPDATA: 'C:\\Local' }, 'win32', 'C:\\Local\\palimpsest'],
  ] as const)('of data for %j on %s is %s', (env, platform, folder) => {
    expect(dataFolder(env, platform, '/home/u')).toBe(folder)
  })

  test('of the program are found from the built entry', () => {
    const folders = programFolders('/app/out/main')
    expect([folders.root, folders.models, folders.renderer, folders.engine]).toEqual([
      '/app',
      '/app/models',
      '/app/out/renderer',
      '/app/out/main/engine.js',
    ])
  })
})

test('how a worker ended is said with its last words', () => {
  expect(endOf(3, null, '')).toBe('ended with exit status 3')
  expect(endOf(null, 'SIGABRT', 'terminate called')).toBe('was ended by SIGABRT: terminate called')
})
