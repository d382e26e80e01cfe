import { describe, expect, it } from 'vitest'
import { clipped, counted } from '../../src/core/denoiser.ts'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { diffusersWalk } from '../../src/core/inpaint/repaint-diffusers.ts'
import { inpainterCalls } from '../../src/core/inpaint/walk.ts'
import { observationNames } from '../../src/core/proof/gaussian.ts'
import { exactFillError, fillRun } from '../../src/core/proof/table.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { traitsOf } from '../../src/core/traits.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, InpaintPlan, Known, Latent, Noise, Purpose, Settings } from '../../src/core/types.ts'
import golden from '../golden/inpaint.json' with { type: 'json' }
import {
  always,
  dummyDenoiser,
  finish,
  fromPreserving,
  linear,
  ownPhoto,
  ownStart,
  ownZ,
  specOf,
  startOf,
  sumOfMagnitudes,
} from './fixtures.ts'

/** The methods of tools/golden/inpaint.py: the papers' form in numpy float64, on one fixed tensor for every draw. Ours agree to rounding. */

const trained = trainedLevels(linear)
const exact = clipped(dummyDenoiser(trained.sigmas), [-1, 1])
const roundingError = 1e-9
const printed = 5.1e-5
const float32Error = 1e-5
const painted = (i: number): boolean => i % 8 >= 4
const mask = { h: 8, w: 8, data: Uint8Array.from({ length: 64 }, (_, i) => (painted(i) ? 1 : 0)) }

function imageOf(x: Latent, image: number): Latent {
  return { shape: { n: 1, c: 3, h: 8, w: 8 }, data: x.data.slice(image * 192, (image + 1) * 192) }
}

interface Job {
  readonly method: string
  readonly steps: number
  readonly jumpLength?: number
  readonly resamples?: number
  readonly eta?: number
  readonly settings?: Settings
  readonly spacing?: string
  readonly denoise?: Denoiser
  /** How the fixed tensor is given for a draw. Absent: as it is. */
  readonly scale?: (purpose: Purpose, walk: number, plan: InpaintPlan) => number
}

/** The golden set-up gives each of the four images its own photo: run them one by one. */
async function paint(job: Job): Promise<Latent> {
  const { method, steps, jumpLength = 1, resamples = 1, eta = 0, settings = {}, spacing = 'leading', denoise = exact } = job
  const levels = levelsOf(trained, chooseTimesteps(spacing, steps, 1000))
  const walk = inpainters[method]!.walk({ steps, jumpLength, resamples, settings })
  const plan: InpaintPlan = { levels, walk, eta, variance: 'small', finalPaste: true, settings, trained }
  const data = new Float64Array(4 * 192)
  for (let image = 0; image < 4; image++) {
    const z = imageOf(ownZ(), image)
    const noise: Noise = (out, purpose, at) => {
      const scale = job.scale?.(purpose, at, plan) ?? 1
      out.data.set(z.data.map((value) => scale * value))
    }
    const known: Known = { photo: imageOf(ownPhoto(), image), mask }
    const start = startOf(fromPreserving(imageOf(ownStart(), image), levels[0]!))
    data.set((await finish(inpainters[method]!.run(denoise, plan, start, noise, known))).x.data, image * 192)
  }
  return { shape: { n: 4, c: 3, h: 8, w: 8 }, data }
}

function expectCase(x: Latent, name: keyof typeof golden.cases): void {
  const wanted = golden.cases[name]
  expect(Math.abs(sumOfMagnitudes(x) - wanted.sum)).toBeLessThan(roundingError)
  expect(Math.abs(sumOfMagnitudes(x, painted) - wanted.unknown)).toBeLessThan(roundingError)
  expect(Math.abs(x.data[0]! - wanted.first)).toBeLessThan(roundingError)
  expect(Math.abs(x.data.at(-1)! - wanted.last)).toBeLessThan(roundingError)
}

describe('RePaint as in diffusers, 5 of 1000 levels, jump 2, 2 resamples', () => {
  const five = { method: 'repaint-diffusers', steps: 5, jumpLength: 2, resamples: 2 }
  const walk = diffusersWalk({ steps: 5, jumpLength: 2, resamples: 2 })

  /**
   * They draw once a trained level, and all their draws are the fixed tensor here: together sum_i sqrt(b_i) prod_{j > i} sqrt(1 - b_j) of it, where our
   * one draw of the same law counts sqrt(1 - prod (1 - b)).
   */
  const scale = (purpose: Purpose, index: number, plan: InpaintPlan): number => {
    if (purpose !== 'undo') return 1
    const ratio = 1000 / (plan.levels.length - 1)
    const t = (plan.levels.length - 1 - plan.walk[index]!.from) * ratio
    let [sum, product] = [0, 1]
    for (let i = t; i < t + ratio; i++) {
      const beta = 1e-4 + (i * (0.02 - 1e-4)) / 999
      sum = Math.sqrt(1 - beta) * sum + Math.sqrt(beta)
      product *= 1 - beta
    }
    return sum / Math.sqrt(1 - product)
  }

  it('visits the published timesteps with 9 model calls', () => {
    const wanted = [800, 600, 400, 600, 800, 600, 400, 200, 0, 200, 400, 200, 0]
    // Their list names where a step leaves from and where an undo arrives, one level above the state.
    expect(walk.map(({ to }) => (5 - to) * 200)).toEqual(wanted)
    expect(golden.cases['repaint-diffusers 5,2,2 eta 0'].timesteps).toEqual(wanted)
    expect(inpainterCalls(inpainters['repaint-diffusers']!, walk)).toBe(9)
    let at = 0
    for (const { kind, from, to } of walk) {
      expect([from, Math.abs(to - from), kind]).toEqual([at, 1, to > from ? 'step' : 'undo'])
      at = to
    }
    expect(at).toBe(5)
  })

  it.each([0, 0.5, 1] as const)('eta %d', async (eta) => {
    const count = counted(exact)
    const x = await paint({ ...five, eta, scale, denoise: count.denoise })
    expectCase(x, `repaint-diffusers 5,2,2 eta ${eta}`)
    expect(count.calls()).toBe(4 * 9)
  })

  it('eta 0 is the recorded number, so that a new run of the tool cannot move it', async () => {
    const x = await paint({ ...five, scale })
    expect(Math.abs(sumOfMagnitudes(x) - 555.8329)).toBeLessThan(printed)
    expect(Math.abs(sumOfMagnitudes(x) / 768 - 0.723741)).toBeLessThan(5.1e-7)
    expect(Math.abs(sumOfMagnitudes(x, painted) - 363.8329)).toBeLessThan(printed)
    expect(Math.abs(sumOfMagnitudes(x, painted) / 384 - 0.947481)).toBeLessThan(5.1e-7)
  })

  it('takes its direction from the estimate before it was clipped', async () => {
    const whole = dummyDenoiser(trained.sigmas)
    // x0 = x~ - s eps: half the way to it is half of eps, and outside of -1..1.
    const half: Denoiser = async (x, sigma) => {
      const { x0 } = await whole(x, sigma)
      return { x0: { shape: x.shape, data: x0.data.map((value, i) => (value + x.data[i]!) / 2) } }
    }
    const biting = clipped(half, [-1, 1])
    expectCase(await paint({ ...five, eta: 0.5, scale, denoise: biting }), 'repaint-diffusers 5,2,2 eta 0.5, half eps')
    const held: Denoiser = async (x, sigma) => ({ x0: (await biting(x, sigma)).x0 })
    const other = await paint({ ...five, eta: 0.5, scale, denoise: held })
    expect(Math.abs(sumOfMagnitudes(other) - golden.cases['repaint-diffusers 5,2,2 eta 0.5, half eps'].sum)).toBeGreaterThan(0.1)
  })

  it('refuses other spacings, a plan without the trained levels, an eta outside 0..1, and by its table a model without betas', async () => {
    await expect(paint({ ...five, spacing: 'trailing' })).rejects.toThrow(/leading spacing alone/)
    for (const eta of [-0.1, 1.1]) await expect(paint({ ...five, eta })).rejects.toThrow(/from 0 to 1 for eta/)
    const plan: InpaintPlan = {
      levels: [2, 1, 0.5, 0],
      walk: diffusersWalk({ steps: 3, jumpLength: 1, resamples: 2 }),
      eta: 0,
      variance: 'small',
      finalPaste: true,
    }
    const start = startOf(imageOf(ownStart(), 0))
    const any: Denoiser = (x) => Promise.resolve({ x0: x })
    const run = inpainters['repaint-diffusers']!.run(any, plan, start, always(imageOf(ownZ(), 0)), {
      photo: imageOf(ownPhoto(), 0),
      mask,
    })
    await expect(finish(run)).rejects.toThrow(/trained levels/)
    const entry = inpainters['repaint-diffusers']!
    expect(entry.refuses?.(traitsOf('faces', specOf()))).toBeUndefined()
    const ve = specOf({ noise: { kind: 've', sigmas: [1, 0.1], start: 'normal' } })
    expect(entry.refuses?.(traitsOf('faces', ve))).toMatch(/"faces" has no betas.*choose repaint\.$/)
  })
})

describe('DInG, 10 levels', () => {
  it.each(['square', 'linear'] as const)('%s, delayed and in full', async (dingNoise) => {
    for (const method of ['ding', 'delayed-ding'] as const) {
      const count = counted(exact)
      const x = await paint({ method, steps: 10, settings: { dingNoise }, denoise: count.denoise })
      expectCase(x, `${method} 10 ${dingNoise}`)
      expect(count.calls()).toBe(4 * golden.cases[`${method} 10 ${dingNoise}`].calls)
    }
  })

  it('counts two calls a step but for the last', () => {
    const entry = inpainters['ding']!
    const callsAt = (steps: number) => inpainterCalls(entry, entry.walk({ steps, jumpLength: 1, resamples: 1 }))
    expect([1, 10, 50, 125].map(callsAt)).toEqual([1, 19, 99, 249])
    expect(inpainterCalls(entry, [])).toBe(0)
  })

  it('shows the clean estimate of the level it leaves, not of the look ahead', async () => {
    const levels = levelsOf(trained, chooseTimesteps('leading', 3, 1000))
    const walk = inpainters['ding']!.walk({ steps: 3, jumpLength: 1, resamples: 1 })
    const plan: InpaintPlan = { levels, walk, eta: 0, variance: 'small', finalPaste: true }
    const start = startOf(fromPreserving(imageOf(ownStart(), 0), levels[0]!))
    const known: Known = { photo: imageOf(ownPhoto(), 0), mask }
    // One buffer for every answer, as the adapter's.
    const shared = new Float64Array(192)
    const adapter: Denoiser = async (x, sigma) => {
      shared.set((await exact(x, sigma)).x0.data)
      return { x0: { shape: x.shape, data: shared } }
    }
    const wanted = [...(await exact(start.x, levels[0]!)).x0.data]
    const first = await inpainters['ding']!.run(adapter, plan, start, always(imageOf(ownZ(), 0)), known).next()
    if (first.done === true) throw new Error('no step was made')
    expect([...first.value.x0!.data]).toEqual(wanted)
  })
})

describe('colouring', () => {
  const means = (x: Latent): number[] =>
    Array.from({ length: x.shape.n * 64 }, (_, i) => {
      const first = Math.floor(i / 64) * 192 + (i % 64)
      return (x.data[first]! + x.data[first + 64]! + x.data[first + 128]!) / 3
    })

  it.each([0, 0.5] as const)(
    'eta %d: the grey of every painted pixel is the photo’s, its colours are not; the kept pixels are the photo',
    async (eta) => {
      const x = await paint({ method: 'ddnm-colour', steps: 10, eta })
      expectCase(x, `ddnm-colour 10 eta ${eta}`)
      const photo = ownPhoto()
      const [got, wanted] = [means(x), means(photo)]
      for (const [i, grey] of got.entries()) expect(Math.abs(grey - wanted[i]!)).toBeLessThan(1e-15)
      for (const [i, value] of x.data.entries()) {
        if (!painted(i)) expect(value).toBe(photo.data[i])
      }
      const moved = x.data.filter((value, i) => painted(i) && Math.abs(value - photo.data[i]!) > 0.05)
      expect(moved.length).toBeGreaterThan(250)
    },
  )

  it('holds in float32 too, with everything painted', async () => {
    const levels = levelsOf(trained, chooseTimesteps('leading', 10, 1000))
    const float32 = ({ shape, data }: Latent): Latent => ({ shape, data: Float32Array.from(data) })
    const photo = float32(imageOf(ownPhoto(), 2))
    const plan: InpaintPlan = {
      levels,
      walk: inpainters['ddnm-colour']!.walk({ steps: 10, jumpLength: 1, resamples: 1 }),
      eta: 0.3,
      variance: 'small',
      finalPaste: true,
    }
    const start = startOf(float32(fromPreserving(imageOf(ownStart(), 2), levels[0]!)))
    const whole = { h: 8, w: 8, data: new Uint8Array(64).fill(1) }
    const { x } = await finish(
      inpainters['ddnm-colour']!.run(exact, plan, start, always(imageOf(ownZ(), 2)), { photo, mask: whole }),
    )
    const wanted = means(photo)
    for (const [i, grey] of means(x).entries()) expect(Math.abs(grey - wanted[i]!)).toBeLessThan(float32Error)
  })

  it('refuses a model of one channel, by name', async () => {
    const entry = inpainters['ddnm-colour']!
    expect(entry.refuses?.(traitsOf('digits', specOf({ channels: 1 })))).toMatch(/"digits" knows only grey.*three channels\.$/)
    expect(entry.refuses?.(traitsOf('faces', specOf()))).toBeUndefined()
    const x: Latent = { shape: { n: 1, c: 1, h: 8, w: 8 }, data: new Float64Array(64) }
    const plan: InpaintPlan = {
      levels: [1, 0],
      walk: entry.walk({ steps: 1, jumpLength: 1, resamples: 1 }),
      eta: 0,
      variance: 'small',
      finalPaste: true,
    }
    await expect(finish(entry.run(exact, plan, startOf(x), always(x), { photo: x, mask }))).rejects.toThrow(/no colours to paint/)
  })
})

describe('the final paste', () => {
  it.each(['repaint', 'replace'])('%s ends on the photo by default, and beside it where the setting says so', async (method) => {
    const job = { method, steps: 10, jumpLength: 2, resamples: 2, spacing: 'respaced' }
    const ends = await paint(job)
    const beside = await paint({ ...job, settings: { finalPaste: false } })
    const photo = ownPhoto()
    const off = (x: Latent) => Math.max(...Array.from(x.data, (value, i) => (painted(i) ? 0 : Math.abs(value - photo.data[i]!))))
    expect(off(ends)).toBe(0)
    expect(off(beside)).toBeGreaterThan(1e-4)
    expect(off(beside)).toBeLessThan(0.011)
    expect(beside.data.filter((_, i) => painted(i))).toEqual(ends.data.filter((_, i) => painted(i)))
  })
})

/** Beside the published table (gaussian.test.ts): the methods it has not, against tools/golden/inpaint.py's own propagation in the papers' form. */
describe('9: distance to the exact conditional of DInG in full, RePaint as in diffusers and colouring', () => {
  const soak = process.env['SOAK'] === '1'
  const names = soak ? observationNames : (['half', 'alt'] as const)
  const rows = golden.distances.map(({ settings, ...row }) => ({
    ...row,
    settings: settings as Settings,
    told: `${row.method} ${row.steps},${row.jumpLength ?? 1},${row.resamples ?? 1}, eta ${row.eta ?? 0} ${JSON.stringify(settings)}`,
  }))
  // Three channels take longer.
  const cheap = rows.filter(({ method, calls }) => calls < (method === 'ddnm-colour' ? 30 : 60))
  it.each(soak ? rows : cheap)(
    '$told',
    async ({ method, steps, jumpLength = 1, resamples = 1, eta = 0, settings, errors, calls }) => {
      const fill = { method, steps, jumpLength, resamples, eta, settings }
      for (const name of names) {
        expect(fillRun(name, fill).calls).toBe(calls)
        const error = await exactFillError(name, fill)
        expect(Math.abs(error - errors[name]), `${name}: ${error}`).toBeLessThan(1e-4)
      }
    },
    600_000,
  )
})
