import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Job } from '../../src/shared/api.ts'
import { greyTile } from '../support/grey-tile.ts'
import { buildHost, type Host, startHost } from '../support/host.ts'
import { readPixels } from '../e2e/support/pixels.ts'

/**
 * The backend, an engine or imaging killed (SIGKILL) at moments drawn from a seed, over a queue of many kinds of jobs: nothing is lost, nothing is done
 * twice, no half file is left, and every picture has the pixels of a run that nobody disturbed. SOAK=1: 200 kills; SEED=n: other moments.
 */

const rounds = process.env['SOAK'] === undefined ? 10 : 200
const seed = Number(process.env['SEED'] ?? 1)

const root = mkdtempSync(join(tmpdir(), 'palimpsest-kills-'))
let host: Host | undefined

beforeAll(async () => {
  for (const worker of ['engine', 'imaging'])
    if (!existsSync(resolve(`out/main/${worker}.js`)))
      throw new Error(`out/main/${worker}.js is missing: run "npm run build" first.`)
  await buildHost()
})
afterAll(async () => {
  await host?.kill()
  rmSync(root, { recursive: true, force: true })
})

/** Of one batch and of several, of one step history and of two, in one direction and back and forth, in one window and in two. */
const digits = { model: 'mnist', device: 'cpu' }
const pictures = [
  { ...digits, sampler: 'ddim', eta: 0.5, steps: 50, seed: 11, count: 4, batch: 2 },
  { ...digits, sampler: 'dpmpp-2m', steps: 60, seed: 21, count: 4, batch: 4 },
  { ...digits, sampler: 'ddpm', steps: 80, seed: 31, count: 2, batch: 1 },
]
const fills = [
  {
    ...digits,
    method: 'repaint',
    steps: 30,
    jumpLength: 5,
    resamples: 4,
    seed: 41,
    variations: 2,
    batch: 1,
    asGrey: true,
    invert: true,
  },
  { ...digits, method: 'ddnm', steps: 60, seed: 51, variations: 2, batch: 2, asGrey: true, invert: true },
]

async function submitAll(to: Host, photo: string): Promise<readonly string[]> {
  const jobs: string[] = []
  for (const input of pictures) jobs.push((await to.call('generate', input as never)).job)
  for (const settings of fills) jobs.push((await to.call('inpaint', { photo, settings } as never)).job)
  return jobs
}

async function openPhoto(to: Host): Promise<string> {
  const { photo } = await to.call('openSample', { sample: 'handwriting' })
  const blots = (x: number, y: number) => (y > 60 && y < 90 && ((x > 20 && x < 50) || (x > 200 && x < 230)) ? 255 : 0)
  await to.call('writeMask', { photo, replace: true, tiles: [{ column: 0, row: 0, png: greyTile(blots) }] })
  return photo
}

const over = ({ status }: Job) => status !== 'queued' && status !== 'running'

/** Resolves when no job is left to do. */
async function allOver(of: Host): Promise<readonly Job[]> {
  for (;;) {
    const changed = of.until((event) => event.kind === 'job' && over(event.job))
    const jobs = await of.call('jobs', {})
    if (jobs.every(over)) return jobs
    await changed
  }
}

/** Of each finished picture of a job, its pixels. */
async function pixelsOf(data: string, { id, images }: Job): Promise<readonly string[]> {
  return Promise.all(
    images.map(async (_, index) => {
      const { data: bytes, ...size } = await readPixels(join(data, 'jobs', id, `${String(index)}.png`))
      return `${JSON.stringify(size)} ${Buffer.from(bytes).toString('base64')}`
    }),
  )
}

/** mulberry32: moments and victims that a seed gives again. */
function chance(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  )

it(
  `comes through ${String(rounds)} kills (seed ${String(seed)}) with every picture as if there had been none`,
  async () => {
    // Undisturbed.
    const calm = join(root, 'calm')
    host = await startHost(calm)
    await submitAll(host, await openPhoto(host))
    const began = performance.now()
    const undisturbed = await allOver(host)
    const wholeMs = performance.now() - began
    expect(undisturbed.map(({ status, error }) => [status, error])).toEqual(undisturbed.map(() => ['done', null]))
    const truth = await Promise.all(undisturbed.map((job) => pixelsOf(calm, job)))
    await host.stop()

    // Killed again and again.
    const wild = join(root, 'wild')
    const random = chance(seed)
    host = await startHost(wild)
    const photo = await openPhoto(host)
    const submitted: string[] = []
    const victims = { main: 0, engine: 0, imaging: 0 }
    const killed = new Set<number>()
    for (let round = 0; round < rounds; round++) {
      const left = (await host.call('jobs', {})).filter((job) => !over(job))
      if (left.length === 0) submitted.push(...(await submitAll(host, photo)))
      await host.call('resumeQueue', {})
      // A moment of the queue's own time: whatever runs then is hit.
      await new Promise((done) => setTimeout(done, random() * wholeMs * 0.3))
      const draw = random()
      const wanted = draw < 0.4 ? 'main' : draw < 0.75 ? 'engine' : 'imaging'
      const victim = host.workers.findLast(({ kind, pid }) => kind === wanted && !killed.has(pid))
      if (victim === undefined || wanted === 'main') {
        victims.main++
        await host.kill()
        host = await startHost(wild)
        // Left as it was: what waits does so until it is told to go on.
        const jobs = await host.call('jobs', {})
        const { paused, waiting } = await host.call('queue', {})
        expect(waiting.map(({ job }) => job)).toEqual(jobs.filter((job) => !over(job)).map(({ id }) => id))
        expect(paused).toBe(waiting.length > 0 ? 'restart' : null)
      } else {
        victims[victim.kind as 'engine' | 'imaging']++
        killed.add(victim.pid)
        process.kill(victim.pid, 'SIGKILL')
      }
    }
    await host.call('resumeQueue', {})
    // Twice under the same job sets it aside; tried again, it ends as all do.
    for (let jobs = await allOver(host); jobs.some(({ status }) => status === 'failed'); jobs = await allOver(host)) {
      for (const { id, status, error, crashes } of jobs) {
        if (status !== 'failed') continue
        expect([error?.detail?.split(':')[0], crashes]).toEqual(['crash', 2])
        await host.call('retryJob', { job: id })
      }
    }
    const jobs = await allOver(host)
    expect(jobs.map(({ id }) => id)).toEqual(submitted)
    expect(jobs.map(({ status, error }) => [status, error])).toEqual(jobs.map(() => ['done', null]))
    for (const [at, job] of jobs.entries()) {
      const kind = at % truth.length
      expect(await pixelsOf(wild, job), `job ${String(at)}`).toEqual(truth[kind])
      const before = undisturbed[kind]?.report
      const { report } = job
      expect(report?.images.map(({ pixels }) => pixels)).toEqual(before?.images.map(({ pixels }) => pixels))
      expect([report?.nfe, report?.recipe]).toEqual([before?.nfe, before?.recipe])
    }
    expect((await host.call('queue', {})).waiting).toEqual([])
    await host.stop()
    const files = filesBelow(wild)
    expect(files.filter((file) => /\.tmp$|\.part$|\.run$/.test(file))).toEqual([])
    for (const file of files.filter((name) => name.endsWith('.json'))) JSON.parse(readFileSync(file, 'utf8'))
    expect(readdirSync(join(wild, 'jobs')).toSorted()).toEqual(submitted.toSorted())
    expect(victims.main + victims.engine + victims.imaging).toBe(rounds)
  },
  rounds * 60_000,
)
