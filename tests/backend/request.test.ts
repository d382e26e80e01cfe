import { describe, expect, it } from 'vitest'
import { samplers } from '../../src/core/index.ts'
import type { Control } from '../../src/core/types.ts'
import { dynamicDefaults } from '../../src/shared/request.ts'
import { makeBench } from './fakes.ts'

const generate = (input: object) => ({ model: 'tiny', count: 1, batch: 1, ...input })

/** `use ddim, which does`, of the samplers that have this control. */
function able(control: Control): string {
  const names = Object.values(samplers).flatMap((entry) => (entry.controls.includes(control) ? [entry.name] : []))
  return names.length === 1
    ? `use ${names.join('')}, which does`
    : `use ${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}, which do`
}

function own(sampler: string): string {
  const declared = samplers[sampler]?.settings ?? []
  return declared.length === 0 ? 'it has none of its own' : `its own are ${declared.map(({ name }) => name).join(', ')}`
}

const diverges =
  'A step size of 0.01 diverges at the level 0.010000500037502575: use less than 0.0002, a tenth of that to begin with.'
const alone = 'Without a predictor at least one correction a level is needed.'

async function refusal(input: object, change?: Record<string, unknown>): Promise<string> {
  const bench = await makeBench()
  if (change !== undefined) bench.place.addModel('tiny', change)
  const error: unknown = await bench.backend.handlers.generate(generate(input) as never).catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'request' })
  expect(await bench.backend.handlers.jobs({})).toEqual([])
  return (error as Error).message
}

describe('a request is refused in one sentence', () => {
  it.each([
    [{ steps: 0 }, 'Expected an integer from 1 to 1000 for steps but received 0 (number).'],
    [{ steps: 1.5 }, 'Expected an integer from 1 to 1000 for steps but received 1.5 (number).'],
    [{ steps: Number.NaN }, 'Expected an integer from 1 to 1000 for steps but received NaN (number).'],
    [{ steps: 1001 }, 'Expected an integer from 1 to 1000 for steps but received 1001 (number).'],
    [{ steps: '20' }, 'Expected an integer from 1 to 1000 for steps but received "20" (string).'],
    [{ eta: -1 }, 'Expected a number from 0 to 1 for eta but received -1 (number).'],
    [{ eta: 2 }, 'Expected a number from 0 to 1 for eta but received 2 (number).'],
    [{ seed: 2 ** 53 }, 'Expected an integer from 0 to 9007199254740991 for seed but received 9007199254740992 (number).'],
    [{ variance: 'tiny' }, 'Expected small, small-log, large or learned for variance but received "tiny" (string).'],
    [{ device: 'gpu' }, 'Expected auto, cpu, webgpu, cuda, dml or coreml for device but received "gpu" (string).'],
    [{ model: undefined }, 'Expected a text that is not empty for model but received nothing.'],
    [{ colour: 1 }, 'There is no setting called "colour".'],
    [
      { spacing: 'wide' },
      'spacing is no spacing: use leading, trailing, linspace, solver, respaced, quadratic, karras, exponential, ddimN or counts like 250 or 10,15,20 (received "wide" (string)).',
    ],
    [{ sampler: 'eulerian' }, `There is no sampler called "eulerian". Known: ${Object.keys(samplers).join(', ')}.`],
    [{ sampler: 'constructor' }, `There is no sampler called "constructor". Known: ${Object.keys(samplers).join(', ')}.`],
    [{ sampler: 'euler', eta: 0.5 }, `The sampler euler takes no eta: ${able('eta')}.`],
    [{ sampler: 'ddpm', eta: 0.5 }, `The sampler ddpm takes no eta: ${able('eta')}.`],
    [{ sampler: 'ddim', variance: 'large' }, `The sampler ddim takes no variance: ${able('variance')}.`],
    [{ settings: { nonsense: 1 } }, `There is no setting called "nonsense" for the sampler ddim; ${own('ddim')}.`],
    [
      { dynamic: { ratio: 0.9 } },
      'dynamic goes with threshold dynamic, and the threshold is clip: ask for dynamic, or leave its numbers out.',
    ],
    [
      { threshold: 'dynamic', dynamic: { ratio: 0.1 } },
      'Expected a number from 0.5 to 1 for dynamic.ratio but received 0.1 (number).',
    ],
    [{ threshold: 'soft' }, 'Expected auto, clip, none or dynamic for threshold but received "soft" (string).'],
    [{ nfe: 0 }, 'Expected an integer from 1 to 100000 for nfe but received 0 (number).'],
    [{ nfe: 20, spacing: 'ddim25' }, 'The spacing ddim25 says its own number of steps: leave nfe out, or name another spacing.'],
    [{ sampler: 'ddpm', variance: 'learned' }, 'The model "tiny" has no learned variance: choose small or large.'],
    [{ model: 'nothing' }, 'There is no model called "nothing". Installed: tiny.'],
    [{ spacing: 'ddim300' }, 'No integer stride visits exactly 300 of 1000 levels.'],
    [{ spacing: '1001' }, 'Expected an integer from 1 to 1000 for steps but received 1001.'],
    [{ nfe: 20, spacing: '250' }, 'The spacing 250 says its own number of steps: leave nfe out, or name another spacing.'],
    [{ sampler: 'langevin', steps: 4, settings: { atLevel: 5 } }, 'Expected an integer from 1 to 4 for atLevel but received 5.'],
    [{ sampler: 'langevin', settings: { stepSize: 0.01 } }, diverges],
    [{ sampler: 'annealed-langevin', settings: { stepSize: 0.01 } }, diverges],
    [{ sampler: 'predictor-corrector', settings: { predictor: 'none', correctors: 0 } }, alone],
    [{ sampler: 'edm', settings: { churnMin: 5, churnMax: 1 } }, 'Expected churnMin to be at most churnMax, 1, but received 5.'],
    [
      { seed: Number.MAX_SAFE_INTEGER, count: 2 },
      'Expected an integer from 0 to 9007199254740990 for seed with 2 pictures but received 9007199254740991 (number).',
    ],
  ])('%j', async (input, sentence) => {
    expect(await refusal(input)).toBe(sentence)
  })

  it('counts the levels of the model at hand', async () => {
    const noise = { kind: 'vp', betas: { schedule: 'linear', start: 0.0001, end: 0.02, count: 100 } }
    expect(await refusal({ steps: 101 }, { noise })).toBe('Expected an integer from 1 to 100 for steps but received 101.')
  })

  it('does not draw with a classifier', async () => {
    const output = { name: 'out', classes: ['0', '1'] }
    const input = { sample: 'sample', batch: 'dynamic' }
    expect(await refusal({}, { task: 'classifier', noise: undefined, input, output })).toBe(
      'The model "tiny" is a classifier: it judges pictures and cannot draw them.',
    )
  })
})

describe('a request is completed', () => {
  it.each([
    [
      {},
      {
        sampler: 'ddim',
        steps: 50,
        eta: 0,
        spacing: 'leading',
        variance: 'small',
        threshold: 'clip',
        settings: {},
        seed: 0,
        device: 'auto',
      },
    ],
    [{ spacing: 'ddim25' }, { steps: 25 }],
    [{ spacing: '10,15,20', steps: 7 }, { steps: 45 }],
    [{ spacing: '250', steps: 7 }, { steps: 250 }],
    [{ steps: 1 }, { steps: 1 }],
    [
      { steps: 20, spacing: 'quadratic' },
      { steps: 20, spacing: 'quadratic' },
    ],
    [
      { sampler: 'ddpm', steps: 3, variance: 'large', eta: 0 },
      { variance: 'large', eta: 0 },
    ],
  ])('%j', async (input, expected) => {
    const bench = await makeBench()
    const { job } = await bench.backend.handlers.generate(generate(input) as never)
    expect(bench.backend.job(job)?.request).toMatchObject({ kind: 'generate', settings: expected })
    expect(await bench.ended(job)).toMatchObject({ status: 'done', error: null })
  })

  it('takes no more default steps than the model was trained at', async () => {
    const bench = await makeBench()
    const noise = { kind: 've', sigmas: [0.01, 0.1, 1, 10], start: 'normal' }
    bench.place.addModel('tiny', { noise })
    const { job } = await bench.backend.handlers.generate(generate({}) as never)
    expect(bench.backend.job(job)?.request.settings.steps).toBe(4)
  })

  it('says that levels were moved where the model knows none between', async () => {
    const bench = await makeBench()
    const { job } = await bench.backend.handlers.generate(generate({ steps: 7, spacing: 'karras' }) as never)
    expect((await bench.ended(job)).notices).toEqual([
      'The model knows its trained levels alone, so each level of the spacing karras was moved to the nearest.',
    ])
    // As it was asked: fewer levels may be left, and asking for so few would give others.
    expect(bench.backend.job(job)?.request.settings.steps).toBe(7)
  })

  it('says that a list has fewer levels than steps', async () => {
    const bench = await makeBench()
    const { job } = await bench.backend.handlers.generate(generate({ steps: 50, spacing: 'quadratic' }) as never)
    expect((await bench.ended(job)).notices).toEqual([
      'Some of the 50 steps of the spacing quadratic fall on one level, so there are 49.',
    ])
    expect(bench.backend.job(job)?.request.settings.steps).toBe(50)
  })

  it('fills in the numbers of dynamic thresholding, and keeps those that were given', async () => {
    const bench = await makeBench()
    const settings = async (input: object) => {
      const { job } = await bench.backend.handlers.generate(generate({ steps: 1, threshold: 'dynamic', ...input }) as never)
      return bench.backend.job(job)?.request.settings
    }
    expect(await settings({})).toMatchObject({ threshold: 'dynamic', dynamic: dynamicDefaults })
    expect(await settings({ dynamic: { ratio: 0.9 } })).toMatchObject({ dynamic: { ...dynamicDefaults, ratio: 0.9 } })
  })

  it.each([
    ['ddim', 20, 20],
    ['heun', 20, 10],
    ['heun', 1, 1],
    ['ddim', 5000, 1000],
  ])('%s of at most %i calls has %i steps, and says so', async (sampler, nfe, steps) => {
    const bench = await makeBench()
    const { job } = await bench.backend.handlers.generate(generate({ sampler, nfe }) as never)
    const made = bench.backend.job(job)?.request.settings
    expect(made).toMatchObject({ steps })
    expect(made).not.toHaveProperty('nfe')
    expect((await bench.ended(job)).notices.join()).toContain(`At most ${String(nfe)} model calls: ${String(steps)} steps`)
  })

  it('gives a model of a fixed batch no more than it takes, and says so', async () => {
    const bench = await makeBench()
    const level = { name: 't', kind: 'timestep', type: 'int64', shape: 'batch', between: false, scale: 1 }
    bench.place.addModel('tiny', { input: { sample: 'sample', batch: 2, level } })
    const { job } = await bench.backend.handlers.generate(generate({ count: 3, batch: 8, steps: 1 }) as never)
    const done = await bench.ended(job)
    expect(bench.world.runs.map((run) => run.seeds)).toEqual([[0, 1], [2]])
    expect(done.notices).toEqual(['The model "tiny" takes 2 pictures at a time, so the batch is 2.'])
    expect(done.request.settings.batch).toBe(2)
  })
})
