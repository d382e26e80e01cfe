import { describe, expect, it } from 'vitest'
import { observationNames } from '../../src/core/proof/gaussian.ts'
import { add, build, bures, eigen, inverse, multiply, trace } from '../../src/core/proof/matrices.ts'
import { sampledFillError } from '../../src/core/proof/monte-carlo.ts'
import { NotAffine, propagate } from '../../src/core/proof/propagate.ts'
import { exactFillError, exactSampleError, fillRun, publishedFills, sampleRun } from '../../src/core/proof/table.ts'
import { samplers } from '../../src/core/samplers/index.ts'

/**
 * The proof on Gaussian data: exact propagation of mean and covariance through our own code against the published table, which was
 * computed independently in numpy, and against sampling.
 */

// The whole table takes a while: the soak runs it, the unit tests two masks of its cheapest rows. Those in colour are in inpaint.test.ts.
const soak = process.env['SOAK'] === '1'
const names = soak ? observationNames : (['half', 'alt'] as const)
const published = publishedFills.filter(
  ({ method, steps, resamples = 1 }) => soak || (method !== 'ddnm-colour' && steps * resamples <= 125),
)
const column = { half: 0, gap: 1, alt: 2, outp: 3 } as const

describe('9: distance to the exact conditional', () => {
  it.each(published)(
    '$method $steps,$jumpLength,$resamples, eta $eta',
    async ({ errors, ...fill }) => {
      for (const name of names) {
        const error = await exactFillError(name, fill)
        expect(Math.abs(error - errors[column[name]]), `${name}: ${error}`).toBeLessThan(1e-4)
      }
    },
    600_000,
  )

  it('is met by sampling with our own noise', async () => {
    const fill = { method: 'ddnm', steps: 20, eta: 0.3 }
    const { error, standardError } = await sampledFillError('alt', fill, { groups: 10, images: 40, seed: 1 })
    const exact = await exactFillError('alt', fill)
    expect(standardError).toBeLessThan(0.02)
    expect(Math.abs(error - exact) / standardError).toBeLessThan(3)
  })
})

describe('10: samplers by exact propagation', () => {
  it.each(['ddpm', 'ddim', 'heun', 'dpmpp-2m', 'unipc'])('%s comes nearer to the data with more steps', async (sampler) => {
    const [few, more] = [await exactSampleError({ sampler, steps: 10 }), await exactSampleError({ sampler, steps: 40 })]
    expect(more).toBeLessThan(few / 2)
  })

  it('refuses a method that is not affine', async () => {
    const { run, plan } = sampleRun({ sampler: 'ddim', steps: 3 })
    const bent: typeof run = async function* (state, noise, photo) {
      for await (const step of run(state, noise, photo)) {
        const { x } = step.state
        for (let i = 0; i < x.data.length; i++) x.data[i] = Math.max(-1, x.data[i] ?? 0)
        yield step
      }
    }
    const walked = { d: 32, transitions: 3, startStd: plan.levels[0] ?? 0, withPhoto: false }
    await expect(propagate({ ...walked, run: bent })).rejects.toThrow(NotAffine)
    await expect(propagate({ ...walked, run })).resolves.toMatchObject({ transitions: 3 })
  })

  it('adds noise that is drawn twice as one', async () => {
    // x <- x + z with the same z every time: variance 1 + 3^2 after three transitions, not 1 + 3.
    const { run } = fillRun('half', { method: 'ddnm', steps: 3 })
    const same: typeof run = async function* (state, noise) {
      const x = { shape: state.x.shape, data: state.x.data.slice() }
      const z = { shape: x.shape, data: new Float64Array(x.data.length) }
      for (let index = state.next; index < 3; index++) {
        noise(z, 'known', 0)
        for (let i = 0; i < x.data.length; i++) x.data[i] = (x.data[i] ?? 0) + (z.data[i] ?? 0)
        yield { index, sigma: 1, state: { next: index + 1, x, memory: [] } }
      }
    }
    const { covariance } = await propagate({ d: 32, run: same, transitions: 3, startStd: 1, withPhoto: false })
    expect(covariance[5]?.[5]).toBeCloseTo(10, 12)
    expect(covariance[5]?.[6]).toBeCloseTo(0, 12)
  })
})

describe('every sampler that is affine', () => {
  it('is read off without a complaint', async () => {
    const affine: string[] = []
    for (const [name, entry] of Object.entries(samplers)) {
      if (entry.adaptive === true) continue
      try {
        await exactSampleError({ sampler: name, steps: 4 })
        affine.push(name)
      } catch (error) {
        expect(error, name).toBeInstanceOf(NotAffine)
      }
    }
    expect(affine).toEqual(expect.arrayContaining(['ddpm', 'ddim', 'euler', 'heun', 'dpmpp-2m', 'dpmpp-sde', 'unipc']))
  })
})

describe('the matrices of the proof', () => {
  it('solve a symmetric eigenproblem and measure covariances', () => {
    const a = build(6, 6, (i, j) => 0.7 ** Math.abs(i - j) + (i === j ? i : 0))
    const { values, vectors } = eigen(a)
    const back = multiply(
      build(6, 6, (i, j) => vectors[i]![j]! * values[j]!),
      build(6, 6, (i, j) => vectors[j]![i]!),
    )
    const off = add(back, a, -1).flat()
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(1e-13)
    expect(Math.abs(trace(multiply(a, inverse(a))) - 6)).toBeLessThan(1e-12)
    expect(Math.abs(bures(a, a))).toBeLessThan(1e-12)
    expect(bures([[4]], [[9]])).toBeCloseTo(1, 12)
  })
})
