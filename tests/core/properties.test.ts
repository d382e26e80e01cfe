import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adaptModel, clipped, counted } from '../../src/core/denoiser.ts'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { inpainterCalls } from '../../src/core/inpaint/walk.ts'
import { allocate, copyOf } from '../../src/core/latent.ts'
import { presetMask } from '../../src/core/mask.ts'
import { createNoise } from '../../src/core/rng.ts'
import { ddpm } from '../../src/core/samplers/ancestral.ts'
import { samplerCalls, samplers } from '../../src/core/samplers/index.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { startLatent } from '../../src/core/start.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, InpaintPlan, Known, Latent, ModelCall, SamplerState, Shape, Step, Variance } from '../../src/core/types.ts'
import { checkpoints, finish, linear, specOf, startOf } from './fixtures.ts'

/** Odd sizes on purpose: an image of 2 x 3 x 5 values ends in the middle of a noise block. */
const image = { c: 2, h: 3, w: 5 }
const shapeOf = (n: number): Shape => ({ n, ...image })
const trained = trainedLevels(linear)

/** A model that mixes the values of an image, but never two images; learned-range, so that all variances can be run. */
const call: ModelCall = (input, levels, { n, c, h, w }) => {
  const size = c * h * w
  const out = new Float32Array(2 * n * size)
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < size; i++) {
      const here = input[k * size + i]!
      const beside = input[k * size + ((i + 1) % size)]!
      out[2 * k * size + i] = 0.8 * here + 0.1 * beside * Math.sin(levels[k]!)
      out[(2 * k + 1) * size + i] = Math.sin(3 * here)
    }
  }
  return Promise.resolve(out)
}
const model = (): Denoiser => clipped(adaptModel(call, specOf({ channels: 2, variance: 'learned-range' })), [-1, 1])

const photo: Latent = { shape: shapeOf(1), data: Float32Array.from({ length: 30 }, (_, i) => Math.sin(i * 12.9898) * 0.9) }
const painted = (data: Uint8Array): Known => ({ photo, mask: { h: 3, w: 5, data } })

interface Job {
  readonly name: string
  readonly eta: number
  readonly variance: Variance
  readonly steps: number
  readonly mask: Uint8Array
}

const levelsFor = (name: string, steps: number): number[] =>
  levelsOf(trained, chooseTimesteps(inpainters[name]?.spacing ?? 'respaced', steps, 1000))

/** One run of a sampler or an inpainting method from a state, as the engine makes it. */
function begin(
  job: Job,
  seeds: readonly number[],
  denoise = model(),
): { state: SamplerState; run: (state: SamplerState) => AsyncGenerator<Step>; calls: number | undefined } {
  const levels = levelsFor(job.name, job.steps)
  const noise = createNoise(seeds)
  const state = startOf(startLatent(linear, levels[0]!, shapeOf(seeds.length), noise))
  const plan = { levels, eta: job.eta, variance: job.variance, trained, lowest: trained.sigmas[0]! }
  const method = inpainters[job.name]
  if (method !== undefined) {
    const walk = method.walk({ steps: job.steps, jumpLength: 2, resamples: 3 })
    const full: InpaintPlan = { ...plan, walk, finalPaste: true }
    return { state, run: (from) => method.run(denoise, full, from, noise, painted(job.mask)), calls: inpainterCalls(method, walk) }
  }
  const sampler = samplers[job.name]!
  // An adaptive sampler finds out on the way: its own test counts.
  const calls = sampler.adaptive === true ? undefined : samplerCalls(sampler, job.steps)
  return { state, run: (from) => sampler.run(denoise, plan, from, noise), calls }
}

async function pixels(job: Job, seeds: readonly number[]): Promise<Float32Array> {
  const { state, run } = begin(job, seeds)
  const { data } = (await finish(run(state))).x
  if (!(data instanceof Float32Array)) throw new TypeError('the product runs in float32')
  return data
}

/** Methods whose first call, and whose second, meets the photo with fresh noise. */
const noisyAtOnce = ['replace', 'langevin', 'annealed-langevin', 'predictor-corrector', 'ding']
const noisyAtEach = ['replace', 'repaint', 'annealed-langevin', 'predictor-corrector', 'ding']

const ofImage = (data: Float32Array, k: number): number[] => [...data.subarray(k * 30, (k + 1) * 30)]

const job = fc.record({
  name: fc.constantFrom(...Object.keys(samplers), ...Object.keys(inpainters)),
  eta: fc.constantFrom(0, 0.3, 1),
  variance: fc.constantFrom<Variance>('small', 'large', 'learned'),
  steps: fc.integer({ min: 1, max: 9 }),
  mask: fc.uint8Array({ minLength: 15, maxLength: 15, max: 1 }),
})
/** Methods whose pictures do not weigh one another. */
const apart = job.filter(({ name }) => inpainters[name]?.together !== true)
const seed = fc.maxSafeNat()

describe('13: the same picture, however it is made', () => {
  it('image k of a batch is the single run with its seed, in any order and chunking, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(apart, fc.array(seed, { minLength: 2, maxLength: 5 }), fc.nat(), async (what, seeds, cut) => {
        const whole = await pixels(what, seeds)
        const reversed = await pixels(what, seeds.toReversed())
        const at = 1 + (cut % (seeds.length - 1))
        const chunks = [...(await pixels(what, seeds.slice(0, at))), ...(await pixels(what, seeds.slice(at)))]
        expect(chunks).toEqual([...whole])
        for (const [k, one] of seeds.entries()) {
          expect(ofImage(await pixels(what, [one]), 0)).toEqual(ofImage(whole, k))
          expect(ofImage(reversed, seeds.length - 1 - k)).toEqual(ofImage(whole, k))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('resumes from the state after any transition to the identical end, and leaves that state alone', async () => {
    await fc.assert(
      fc.asyncProperty(job, seed, fc.nat(), async (what, one, pick) => {
        const { state, run } = begin(what, [one])
        const start = copyOf(state.x)
        const states = await checkpoints(run(state))
        expect(state.x.data).toEqual(start.data)
        const middle = states[pick % states.length]!
        const kept = copyOf(middle.x)
        const remembered = middle.memory.map(copyOf)
        const rest = await checkpoints(begin(what, [one]).run(middle))
        expect(middle.x.data).toEqual(kept.data)
        expect(middle.memory).toEqual(remembered)
        const end = rest.at(-1) ?? middle
        expect([...end.x.data]).toEqual([...states.at(-1)!.x.data])
        if (what.mask.includes(1) || !(what.name in inpainters))
          expect(rest).toHaveLength(states.length - 1 - (pick % states.length))
      }),
      { numRuns: 80 },
    )
  })

  it('differs between seeds, and between transitions that visit the same level', async () => {
    const what: Job = { name: 'ddpm', eta: 0, variance: 'small', steps: 5, mask: new Uint8Array(15) }
    expect(await pixels(what, [1])).not.toEqual(await pixels(what, [2]))
    for (const name of Object.keys(inpainters)) {
      const levels = levelsFor(name, 5)
      const { state } = begin({ ...what, name }, [1])
      const drawn: string[] = []
      const walk = inpainters[name]!.walk({ steps: 5, jumpLength: 2, resamples: 3 })
      const noise = createNoise([1])
      const spy: typeof noise = (out, purpose, index) => {
        drawn.push(`${purpose} ${index}`)
        noise(out, purpose, index)
      }
      const plan = { levels, eta: 0.5, variance: 'small', walk, finalPaste: true, trained } as const
      await finish(inpainters[name]!.run(model(), plan, state, spy, painted(presetMask('left', 5, 3))))
      expect(new Set(drawn).size).toBe(drawn.length)
      // RePaint's first call sees the start as it is, others' do not, DDNM and its kin never see a noisy photo; nothing is drawn into level 0.
      expect(drawn.includes('known 0')).toBe(noisyAtOnce.includes(name))
      expect(drawn.includes('known 1')).toBe(noisyAtEach.includes(name))
      expect(drawn.includes('step 0') || drawn.includes('corrector 0')).toBe(true)
      expect(drawn).not.toContain(`step ${walk.length - 1}`)
    }
  })
})

describe('12: kept pixels', () => {
  const methods = Object.keys(inpainters)
  const base: Job = { name: '', eta: 0, variance: 'small', steps: 8, mask: new Uint8Array(15) }

  it('are the photo, bit for bit, after the last transition, for any mask', async () => {
    await fc.assert(
      fc.asyncProperty(
        job.filter(({ name }) => methods.includes(name)),
        seed,
        async (what, one) => {
          const data = await pixels(what, [one, one + 1 > Number.MAX_SAFE_INTEGER ? 0 : one + 1])
          for (const [i, value] of data.entries()) {
            if (what.mask[i % 15] === 0) expect(value).toBe(photo.data[i % 30])
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each(methods)('%s with nothing to repaint: the photo, without a model call', async (name) => {
    const count = counted(model())
    const { state, run } = begin({ ...base, name }, [5], count.denoise)
    const { x, transitions } = await finish(run(state))
    expect([...x.data]).toEqual([...photo.data])
    expect([transitions, count.calls()]).toEqual([1, 0])
  })

  it.each([
    ['repaint', 'ddpm'],
    ['replace', 'ddpm'],
    ['ddnm', 'ddim'],
  ])('%s with nothing known: plain %s of the same seed, with as many calls', async (name, plain) => {
    for (const variance of ['small', 'large', 'learned'] as const) {
      const what: Job = { ...base, name, variance, mask: new Uint8Array(15).fill(1) }
      const count = counted(model())
      const { state, run } = begin(what, [5, 6], count.denoise)
      const { x } = await finish(run(state))
      expect([...x.data]).toEqual([...(await pixels({ ...what, name: plain }, [5, 6]))])
      expect(count.calls()).toBe(8)
    }
  })

  // Colouring knows the photo's grey wherever it paints.
  it.each(methods.filter((name) => name !== 'ddnm-colour'))('%s with nothing known does not look at the photo', async (name) => {
    const what: Job = { ...base, name, eta: 0.5, mask: new Uint8Array(15).fill(1) }
    const before = [...(await pixels(what, [5]))]
    const kept = photo.data.slice()
    photo.data.fill(0.2)
    const after = [...(await pixels(what, [5]))]
    photo.data.set(kept)
    expect(after).toEqual(before)
  })

  it.each(methods)('%s sees the photo: another photo changes the fill', async (name) => {
    const what: Job = { ...base, name, mask: presetMask('left', 5, 3) }
    const { state, run } = begin(what, [5])
    const before = [...(await finish(run(state))).x.data]
    const kept = photo.data.slice()
    photo.data.fill(0.2)
    const after = [...(await finish(run(state))).x.data]
    photo.data.set(kept)
    expect(after.some((value, i) => what.mask[i % 15] === 1 && value !== before[i])).toBe(true)
  })

  it('DDNM refuses an eta outside 0..1', async () => {
    for (const eta of [-0.1, 1.1, NaN]) {
      const { state, run } = begin({ ...base, name: 'ddnm', eta, mask: presetMask('left', 5, 3) }, [5])
      await expect(finish(run(state))).rejects.toThrow(/from 0 to 1 for eta/)
    }
  })

  it('refuses a photo or mask of another size', async () => {
    const { state } = begin({ ...base, name: 'repaint' }, [5])
    const plan = { levels: [1, 0], eta: 0, variance: 'small', walk: [{ kind: 'step', from: 0, to: 1 }], finalPaste: true } as const
    const run = (known: Known) => finish(inpainters['repaint']!.run(model(), plan, state, createNoise([5]), known))
    await expect(run({ ...painted(new Uint8Array(15).fill(1)), photo: allocate({ n: 1, c: 1, h: 3, w: 5 }) })).rejects.toThrow(
      /photo must be 2 x 3 x 5/,
    )
    await expect(run({ photo, mask: { h: 5, w: 3, data: new Uint8Array(15).fill(1) } })).rejects.toThrow(/mask must be 3 x 5/)
    const lost = { ...plan, walk: [{ kind: 'step', from: 1, to: 2 }] } as const
    const known = painted(presetMask('left', 5, 3))
    await expect(finish(inpainters['repaint']!.run(model(), lost, state, createNoise([5]), known))).rejects.toThrow(
      /visits level 2/,
    )
  })
})

describe('14: model evaluations', () => {
  it('are counted as the walk says, for every sampler and method', async () => {
    await fc.assert(
      fc.asyncProperty(job, seed, async (what, one) => {
        const some = what.mask.includes(0) && what.mask.includes(1) ? what : { ...what, mask: presetMask('left', 5, 3) }
        const count = counted(model())
        const { state, run, calls } = begin(some, [one], count.denoise)
        // A step that called the model shows an estimate; Heun calls twice for its one.
        const shown: boolean[] = []
        let before = 0
        for await (const { x0 } of run(state)) {
          shown.push((x0 !== undefined) === count.calls() > before)
          before = count.calls()
        }
        expect(shown).not.toContain(false)
        if (calls !== undefined) expect(count.calls()).toBe(calls)
      }),
      { numRuns: 40 },
    )
  })

  it('RePaint 250/10/10 makes 4570 transitions and 2410 calls', async () => {
    const count = counted(model())
    const levels = levelsOf(trained, chooseTimesteps('respaced', 250, 1000))
    const walk = inpainters['repaint']!.walk({ steps: 250, jumpLength: 10, resamples: 10 })
    const noise = createNoise([0])
    const state = startOf(startLatent(linear, levels[0]!, shapeOf(1), noise))
    const plan = { levels, eta: 0, variance: 'small', walk, finalPaste: true } as const
    const { transitions } = await finish(
      inpainters['repaint']!.run(count.denoise, plan, state, noise, painted(presetMask('centre', 5, 3))),
    )
    expect([transitions, count.calls()]).toEqual([4570, 2410])
  })

  it('Heun makes two calls a transition but for the last', () => {
    expect([1, 2, 18, 40].map((steps) => samplerCalls(samplers['heun']!, steps))).toEqual([1, 3, 35, 79])
    expect(samplerCalls(samplers['ddim']!, 18)).toBe(18)
  })

  it('a table entry goes by its own name and reaches level 0', async () => {
    for (const [name, entry] of [...Object.entries(samplers), ...Object.entries(inpainters)]) expect(entry.name).toBe(name)
    for (const entry of Object.values(inpainters)) expect(entry.walk({ steps: 7, jumpLength: 3, resamples: 2 }).at(-1)!.to).toBe(7)
    expect(samplers['ddpm']!.run).toBe(ddpm)
  })
})
