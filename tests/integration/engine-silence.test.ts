import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { EngineMethods } from '../../src/shared/engine.ts'
import { connect, type Port } from '../../src/shared/port.ts'
import { cards, generate, graphs, temporaryFolder } from '../support/onnx.ts'
import { engineFile } from '../support/worker.ts'
import { type Detector, detectors, watched } from '../support/worker-watch.ts'

// Offline means silent: a whole sampling opens no internet socket and creates no file, anywhere. onnxruntime does both when its telemetry is on.

const available = detectors()
if (available.length === 0) console.warn('SKIPPED: the proof of silence reads /proc or uses strace, and this is not Linux.')
else if (!available.includes('strace'))
  console.warn('WEAKER: strace is absent or forbidden here, so sockets are looked for in /proc and files only in the home folder.')

/** A home that is empty, so that whatever appears in it was made by the process. */
function emptyHome(): { folder: string; env: Record<string, string> } {
  const folder = temporaryFolder()
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    USERPROFILE: folder,
    XDG_CACHE_HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    TMPDIR: folder,
  }
  return { folder, env }
}

async function sampleWatched(detector: Detector) {
  const home = emptyHome()
  const watch = watched(detector, engineFile(), { ...home.env, ORT_DISABLE_TELEMETRY: '1' })
  const port: Port = {
    post: (message) => void watch.child.send(message as object),
    listen(handler) {
      watch.child.on('message', handler)
      return () => watch.child.off('message', handler)
    },
  }
  const ended = once(watch.child, 'exit')
  const remote = connect<EngineMethods>(port)
  await remote.call('probe', { device: 'cpu' }).result
  await remote.call('load', { folder: graphs, card: cards.conv(), device: 'cpu' }).result
  const run = await remote.call(
    'run',
    generate({ seeds: [1, 2, 3, 4], width: 16, height: 16, steps: 200, preview: { size: 8, everyMs: 100 } }),
  ).result
  // Long enough for an uploader that works in the background to wake.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  watch.child.disconnect()
  await ended
  return { run, home, watch }
}

describe.each(available)('a whole sampling, watched by %s', (detector) => {
  it('opens no internet socket and creates no file', async () => {
    const { run, home, watch } = await sampleWatched(detector)
    expect(run.nfe).toBe(200)
    expect(watch.sockets()).toEqual([])
    expect(watch.created()).toEqual([])
    expect(readdirSync(home.folder)).toEqual([])
  })

  it('is a proof, for the same watch sees a canary that does both', async () => {
    const home = emptyHome()
    const watch = watched(detector, join(import.meta.dirname, '../support/worker-canary.mjs'), home.env)
    const gone = once(watch.child, 'exit')
    const seen = () => {
      expect(watch.sockets().join('\n')).toMatch(detector === 'strace' ? /AF_INET, SOCK_DGRAM/ : /^udp /m)
      expect(watch.sockets().join('\n')).toMatch(detector === 'strace' ? /AF_INET, SOCK_STREAM/ : /^tcp /m)
    }
    await once(watch.child, 'message')
    // What looks again and again may look late; strace has written all of its log at the end.
    if (detector === '/proc') await vi.waitFor(seen, { timeout: 60_000 })
    watch.child.disconnect()
    await gone
    seen()
    if (detector === 'strace') expect(watch.created().join('\n')).toContain('sang.txt')
    expect(readdirSync(home.folder)).toEqual(['Canary'])
  })
})
