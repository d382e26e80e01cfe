import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ApiInput, ApiName, ApiOutput, BackendEvent, Job } from '../../src/shared/api.ts'
import { decode, encode } from '../../src/shared/wire.ts'
import { type Ended, root, start } from './cli-support.ts'

/** The real command with real workers, asked as the screens in a browser ask it. */
let data = ''
let origin = ''
let cookie = ''
let running: ReturnType<typeof start>

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'palimpsest-serve-'))
  running = start(['serve', '--port', '0', '--json'], { PALIMPSEST_DATA: data })
  const printed = await new Promise<string>((resolve, reject) => {
    running.child.stdout?.once('data', resolve)
    void running.ended.then((ended) => reject(new Error(ended.said.join('\n'))))
  })
  const { port, token, urls } = JSON.parse(printed) as { port: number; token: string; urls: string[] }
  origin = `http://127.0.0.1:${port}`
  expect(urls).toEqual([`${origin}/#token=${token}`])
  const session = await post('/session', JSON.stringify({ token }))
  expect(session.status).toBe(204)
  cookie = session.headers.get('set-cookie')?.split(';')[0] ?? ''
})
afterAll(async () => {
  running.child.kill('SIGKILL')
  await rm(data, { recursive: true, force: true })
})

function post(path: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json'): Promise<Response> {
  return fetch(`${origin}${path}`, { method: 'POST', body, headers: { origin, cookie, 'content-type': type } })
}

async function invoke<K extends ApiName>(name: K, input: ApiInput<K>): Promise<ApiOutput<K>> {
  const answer = decode(await (await post(`/api/${name}`, encode(input))).text()) as
    { ok: true; value: ApiOutput<K> } | { ok: false; error: unknown }
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return answer.value
}

/** Events until the job is over. */
async function follow(begin: () => Promise<{ job: string }>): Promise<{ job: Job; events: BackendEvent[] }> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/events`, { headers: { origin, cookie } })
  const events: BackendEvent[] = []
  let over: (job: Job) => void = () => undefined
  const done = new Promise<Job>((resolve) => (over = resolve))
  socket.on('message', (message: Buffer) => {
    const event = decode(message.toString()) as BackendEvent
    events.push(event)
    if (event.kind === 'job' && !['queued', 'running'].includes(event.job.status)) over(event.job)
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  await begin()
  const job = await done
  socket.terminate()
  return { job, events }
}

const bytesOf = async (path: string) => Buffer.from(await (await fetch(`${origin}${path}`, { headers: { cookie } })).arrayBuffer())

describe('serve', () => {
  test('makes pictures for a browser, with events on the way', async () => {
    const { job, events } = await follow(() =>
      invoke('generate', {
        model: 'mnist',
        sampler: 'ddim',
        steps: 8,
        eta: 0,
        spacing: 'leading',
        variance: 'small',
        threshold: 'clip',
        settings: {},
        seed: 3,
        count: 2,
        batch: 2,
        device: 'cpu',
      }),
    )
    expect([job.status, job.error, job.images.length]).toEqual(['done', null, 2])
    expect(events.some((event) => event.kind === 'job' && event.job.status === 'running')).toBe(true)
    for (const image of job.images) {
      const { width, height } = await sharp(await bytesOf(image.url ?? '')).metadata()
      expect([width, height]).toEqual([28, 28])
      expect((await fetch(`${origin}${image.url}`)).status).toBe(401)
    }
  })

  test('fills an uploaded photograph', async () => {
    const photo = await readFile(join(root, 'resources', 'samples', 'handwriting.png'))
    const answer = await post('/upload?name=handwriting.png', new Uint8Array(photo), 'image/png')
    const { photo: id } = (await answer.json()) as { photo: string }
    const opened = await invoke('photo', { photo: id })
    expect(opened.name).toBe('handwriting.png')
    const white = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#000' } })
      .composite([{ input: { create: { width: 40, height: 40, channels: 3, background: '#fff' } }, left: 100, top: 100 }])
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const { painted } = await invoke('writeMask', {
      photo: id,
      replace: true,
      tiles: [{ column: 0, row: 0, png: new Uint8Array(white) }],
    })
    expect(painted).toBe(1600)
    expect((await bytesOf(`/photo/${id}/tile/0/0_0.png`)).subarray(1, 4).toString()).toBe('PNG')
    const { job } = await follow(() =>
      invoke('inpaint', {
        photo: id,
        settings: {
          model: 'mnist',
          method: 'replace',
          steps: 4,
          eta: 0,
          variance: 'small',
          spacing: 'respaced',
          threshold: 'clip',
          settings: {},
          jumpLength: 10,
          resamples: 10,
          seed: 0,
          variations: 1,
          batch: 1,
          device: 'cpu',
          blend: { padding: 8, grow: 0, feather: 4, side: 'outward' },
          finish: { grain: 1, seam: 'plain' },
          start: 'noise',
          strength: 1,
          refine: 'off',
          refineStrength: 0.3,
          asGrey: true,
          invert: true,
        },
      }),
    )
    expect([job.status, job.error, job.images[0]?.changedOutside]).toEqual(['done', null, 0])
  })

  test('refuses what is no picture, in a sentence, and what is no request', async () => {
    const answer = await post('/upload?name=a.png', new TextEncoder().encode('words'), 'image/png')
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(await answer.json()).toMatchObject({ error: { code: 'request', message: expect.stringMatching(/\.$/) } })
    const steps = await post('/api/generate', '{"model":"mnist","steps":0}')
    expect([steps.status, decode(await steps.text())]).toEqual([
      400,
      { ok: false, error: { code: 'request', message: 'Expected an integer from 1 to 1000 for steps but received 0 (number).' } },
    ])
  })

  test('gives away no file beside its own', async () => {
    for (const path of [
      '/package.json',
      '/..%2f..%2fpackage.json',
      '/job/..%2f..%2f..%2fetc%2fpasswd',
      '/photo/%2e%2e/%2e%2e/model.json',
      '/sample/..%2fsamples.json',
    ]) {
      const answer = await fetch(`${origin}${path}`, { headers: { cookie } })
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true])
    }
  })

  test('shows the built screens, whose page carries its nonce', async () => {
    const page = await fetch(origin)
    const text = await page.text()
    const nonce = /nonce-([^']+)'/.exec(page.headers.get('content-security-policy') ?? '')?.[1]
    expect(text).toContain(`<meta name="csp-nonce" content="${nonce}">`)
    const scripts = [...text.matchAll(/src="\.?(\/[^"]+\.js)"/g)].map((match) => match[1])
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect((await fetch(`${origin}${script}`)).headers.get('content-type')).toContain('javascript')
  })

  test('listening for others says who can reach it', async () => {
    const other = start(['serve', '--port', '0', '--host', '0.0.0.0'], { PALIMPSEST_DATA: join(data, 'other') })
    await new Promise((resolve) => other.child.stderr?.once('data', resolve))
    other.child.kill('SIGTERM')
    const ended: Ended = await other.ended
    expect(ended.status).toBe(0)
    expect(ended.said.join('\n')).toMatch(
      /^Every machine that can reach any address of this one can reach it, unencrypted[^]*ssh -L/,
    )
    expect(ended.stdout).toMatch(/^http:\/\/[^\s/]+:\d+\/#token=[A-Za-z0-9_-]{43}$/m)
  })

  test('ends with 0 on Ctrl+C', async () => {
    running.child.kill('SIGINT')
    expect((await running.ended).status).toBe(0)
    await expect(fetch(origin)).rejects.toThrow('fetch failed')
  })
})
