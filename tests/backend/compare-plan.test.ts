import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createChecks } from '../../src/backend/compare/checks.ts'
import { planCells, summaryOf, type PlanDoor } from '../../src/backend/compare/plan.ts'
import { checkGenerate } from '../../src/backend/request.ts'
import { createSpeeds } from '../../src/backend/speeds.ts'
import { modelCard } from '../../src/shared/card.ts'
import { cellCount, placesOf, type CompareAxis, type CompareRequest } from '../../src/shared/compare.ts'
import { tablesOf } from '../../src/shared/compare-layout.ts'
import { PalimpsestError } from '../../src/shared/errors.ts'
import type { PhotoInfo } from '../../src/shared/imaging.ts'
import { generateRequest, inpaintSettings } from '../../src/shared/request.ts'

const shipped = (id: string) => modelCard.parse(JSON.parse(readFileSync(join('models', id, 'model.json'), 'utf8')))

const models = {
  find: async (id: string) => {
    if (!['mnist', 'mnist-ncsn', 'mnist-learned', 'photo'].includes(id)) throw new PalimpsestError('request', `No model ${id}.`)
    return { id, folder: '', shipped: true, card: shipped(id), problem: null }
  },
}

const door: PlanDoor = {
  info: (photo) => {
    if (photo === 'gone') throw new PalimpsestError('request', 'This photograph is not open.')
    return { width: 64, height: 64, coloured: photo === 'colour' } as PhotoInfo
  },
  mask: () => undefined,
}

const plan = (request: CompareRequest) => planCells(request, models, door)
const drawn = (axes: readonly CompareAxis[], settings: Partial<CompareRequest['settings']> = {}): CompareRequest => ({
  of: 'generate',
  settings: generateRequest.parse({ model: 'mnist', count: 1, seed: 7, ...settings }),
  axes: [...axes],
})

describe('cells', () => {
  it('are every combination once, the last axis fastest', () => {
    const axis = (name: string, length: number) => ({ name, values: Array.from({ length }, (_, i) => i) })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), (lengths) => {
        const axes = lengths.map((length, i) => axis(`a${i}`, length))
        const all = Array.from({ length: cellCount(axes) }, (_, cell) => placesOf(axes, cell))
        expect(new Set(all.map(String)).size).toBe(lengths.reduce((product, length) => product * length, 1))
        expect(all).toEqual(
          all.toSorted((a, b) =>
            a.findIndex((x, i) => x !== b[i]) < 0
              ? 0
              : a[a.findIndex((x, i) => x !== b[i])]! - b[a.findIndex((x, i) => x !== b[i])]!,
          ),
        )
        const tables = tablesOf(axes)
        expect(tables.flatMap(({ cells }) => cells.map(({ cell }) => cell)).toSorted((a, b) => a - b)).toEqual(all.map((_, i) => i))
        for (const { cells, rows, columns } of tables)
          for (const { row, column } of cells) expect(row < rows && column < columns).toBe(true)
      }),
    )
  })

  it('are full requests: each is what the single run would be', async () => {
    const { runs, refused } = await plan(
      drawn([
        { name: 'steps', values: [5, 10] },
        { name: 'eta', values: [0, 0.5] },
      ]),
    )
    expect(refused).toEqual([])
    for (const { values, work } of runs) {
      if (work.kind !== 'generate') throw new Error('no picture')
      const single = await checkGenerate({ model: 'mnist', count: 1, seed: 7, ...Object.fromEntries(values) }, models)
      expect(work.checked.settings).toEqual(single.settings)
    }
    expect(runs.map(({ calls }) => calls)).toEqual([5, 5, 10, 10])
  })

  it('have the same seed everywhere but along a seed axis', async () => {
    const { runs } = await plan(
      drawn([
        { name: 'seed', values: [3, 4] },
        { name: 'sampler', values: ['ddim', 'ddpm'] },
      ]),
    )
    expect(runs.map(({ values, work }) => work.kind === 'generate' && work.checked.settings.seed === values[0]?.[1])).toEqual(
      Array.from({ length: 4 }, () => true),
    )
  })

  it('of the same settings are run once', async () => {
    const { runs, repeats } = await plan(drawn([{ name: 'threshold', values: ['auto', 'clip', 'none'] }]))
    expect(runs).toHaveLength(2)
    expect(repeats).toEqual([{ cell: 1, sameAs: 0 }])
  })

  it('load each model once, and within it what costs least is first', async () => {
    const request = drawn([
      { name: 'steps', values: [10, 5] },
      { name: 'model', values: ['mnist', 'mnist-learned'] },
    ])
    const { runs } = await plan(request)
    expect(runs.map(({ values }) => values.map(([, value]) => value))).toEqual([
      [5, 'mnist'],
      [10, 'mnist'],
      [5, 'mnist-learned'],
      [10, 'mnist-learned'],
    ])
    expect(summaryOf({ ...(await plan(request)) }, createSpeeds(), () => 'cpu')).toMatchObject({ loads: 2, calls: 30, runs: 4 })
  })
})

describe('what cannot be run', () => {
  it('is said of the cell, in the words of the run itself, before anything runs', async () => {
    const { refused, runs } = await plan(
      drawn([
        { name: 'sampler', values: ['ddim', 'ddpm'] },
        { name: 'eta', values: [0, 0.5] },
      ]),
    )
    expect(refused).toEqual([{ cell: 3, reason: expect.stringContaining('ddpm takes no eta') as string }])
    expect(runs.map(({ cell }) => cell)).toEqual([0, 1, 2])
  })

  it('is a sampler that its model refuses, a model that is not there, a photograph that is not open', async () => {
    const sampled = await plan(
      drawn(
        [
          { name: 'model', values: ['mnist', 'nowhere'] },
          { name: 'variance', values: ['learned'] },
        ],
        { sampler: 'ddpm' },
      ),
    )
    expect(sampled.refused.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('no learned variance'),
      'No model nowhere.',
    ])
    const filled = await plan({
      of: 'inpaint',
      settings: inpaintSettings.parse({ model: 'mnist', method: 'replace', steps: 5 }),
      photo: 'grey',
      mask: 'left',
      axes: [{ name: 'photo', values: ['grey', 'gone', 'colour'] }],
    })
    expect(filled.refused).toEqual([
      { cell: 1, reason: 'This photograph is not open.' },
      { cell: 2, reason: expect.stringContaining('only grey') as string },
    ])
  })

  it('is not what is merely common to all: that holds where it can be had', async () => {
    const { refused, runs } = await plan(
      drawn([{ name: 'sampler', values: ['ddim', 'ddpm', 'pf-ode', 'edm'] }], {
        eta: 0.5,
        steps: 20,
        settings: { churn: 10 },
      } as never),
    )
    expect(refused).toEqual([])
    const settings = runs.map(({ work }) => (work.kind === 'generate' ? work.checked.settings : undefined))
    expect(settings.map((one) => [one?.sampler, one?.eta])).toEqual(
      expect.arrayContaining([
        ['ddim', 0.5],
        ['ddpm', 0],
        ['pf-ode', 0],
        ['edm', 0],
      ]) as unknown,
    )
    expect(settings.find((one) => one?.sampler === 'edm')?.settings['churn']).toBe(10)
  })

  it('caps steps that are common at what each model has, and refuses those on an axis', async () => {
    const common = await plan(drawn([{ name: 'model', values: ['mnist', 'mnist-ncsn'] }], { steps: 50 }))
    expect(common.refused).toEqual([])
    const varied = await plan(
      drawn([
        { name: 'model', values: ['mnist', 'mnist-ncsn'] },
        { name: 'steps', values: [50] },
      ]),
    )
    expect(varied.refused).toEqual([{ cell: 1, reason: expect.stringContaining('from 1 to 10') as string }])
  })

  it('is an axis that is none, one that is there twice, and a grid that is too large', async () => {
    await expect(plan(drawn([{ name: 'colour', values: [1] }]))).rejects.toThrow(/no axis called "colour"/)
    await expect(
      plan(
        drawn([
          { name: 'eta', values: [0] },
          { name: 'eta', values: [1] },
        ]),
      ),
    ).rejects.toThrow(/twice/)
    await expect(plan(drawn([{ name: 'steps', values: ['x'] }]))).rejects.toThrow(/no value for the axis steps/)
    const wide = Array.from({ length: 150 }, (_, i) => i)
    await expect(
      plan(
        drawn([
          { name: 'seed', values: wide },
          { name: 'steps', values: wide.map((i) => i + 1) },
        ]),
      ),
    ).rejects.toThrow(/too large/)
  })
})

describe('the cost', () => {
  it('is said of a large grid, with the word that it is one, and the time where calls were measured', async () => {
    const wide = Array.from({ length: 100 }, (_, i) => i)
    const request = drawn([
      { name: 'seed', values: wide },
      { name: 'steps', values: wide.slice(0, 6).map((i) => i + 1) },
    ])
    const planned = await plan(request)
    const speeds = createSpeeds()
    expect(summaryOf(planned, speeds, () => 'cpu')).toMatchObject({ cells: 600, many: true, calls: 2100, milliseconds: null })
    const guessed = summaryOf(planned, speeds, () => 'cpu').reckoned
    expect(guessed.most / guessed.least).toBeGreaterThan(4)
    speeds.record('mnist', 'cpu', 1, 10, 40)
    const measured = summaryOf(planned, speeds, () => 'cpu')
    expect(measured.milliseconds).toBeCloseTo(2100 * 4)
    expect(measured.reckoned.least).toBeCloseTo(2100 * 4)
    expect(measured.reckoned.most).toBeCloseTo(2100 * 4)
  })

  it('of a triptych is that of the fill alone, and the same original is made once', async () => {
    const { runs, repeats } = await plan({
      of: 'inpaint',
      settings: inpaintSettings.parse({ model: 'mnist', method: 'replace', steps: 5 }),
      photo: 'grey',
      mask: 'left',
      axes: [
        { name: 'mask', values: ['left', 'right'] },
        { name: 'stage', values: ['original', 'masked', 'filled'] },
      ],
    })
    expect(runs.reduce((sum, { calls }) => sum + calls, 0)).toBe(10)
    expect(repeats).toEqual([{ cell: 3, sameAs: 0 }])
  })
})

describe('the cost of a fill', () => {
  const request: CompareRequest = {
    of: 'inpaint',
    settings: inpaintSettings.parse({ model: 'photo', method: 'replace', steps: 25 }),
    photo: 'colour',
    mask: 'centre',
    axes: [{ name: 'method', values: ['replace', 'langevin'] }],
  }
  const place = { x: 0, y: 0, width: 256, height: 256 }
  const crop = {
    ...place,
    modelWidth: 64,
    modelHeight: 64,
    refine: [128, 256].map((side) => ({ ...place, modelWidth: side, modelHeight: side })),
  }
  const measured = (crops: PlanDoor['crops']) => planCells(request, models, { ...door, ...(crops === undefined ? {} : { crops }) })
  const time = async (crops: PlanDoor['crops']) => {
    const speeds = createSpeeds()
    speeds.record('photo', 'cpu', 1, 1, 100)
    return summaryOf(await measured(crops), speeds, () => 'cpu')
  }

  it('is that of its windows: a small first fill is cheap, and what refines it is counted', async () => {
    const { runs } = await measured(async () => [crop])
    expect(runs.map(({ calls }) => calls)).toEqual([25 + 4 + 4, 6 * (25 + 4 + 4)])
    // A call is of a picture of 256 x 256: the first fill has a sixteenth of its pixels, and its refinements a quarter and all of them.
    expect(runs.map(({ cost }) => cost)).toEqual([25 / 16 + 1 + 4, 6 * (25 / 16 + 1 + 4)])
    expect((await time(async () => [crop])).milliseconds).toBeCloseTo(7 * (25 / 16 + 1 + 4) * 100)
  })
  it('is that of one picture of the size of the model where the windows are not known, and nothing where nothing is painted', async () => {
    expect(await time(undefined)).toMatchObject({ calls: 175, milliseconds: 17_500 })
    expect(await time(async () => undefined)).toMatchObject({ calls: 175, milliseconds: 17_500 })
    expect(await time(async () => [])).toMatchObject({ calls: 0, milliseconds: 0 })
  })
  it('is that of the way that is walked: a start from a quick fill leaves the first levels out', async () => {
    const quick = { spacing: 'exponential', start: 'quick', strength: 0.2 } as const
    const own = { ...request, settings: { ...request.settings, ...quick, steps: 50 }, axes: [{ name: 'method', values: ['ddnm'] }] }
    const { runs } = await planCells(own as CompareRequest, models, door)
    expect(runs.map(({ calls }) => calls)).toEqual([22])
  })
})

describe('the check of a cell', () => {
  const counted = () => {
    const asked: string[] = []
    return { asked, checks: createChecks({ find: (id: string) => (asked.push(id), models.find(id)) }) }
  }

  it('is made once for all seeds, and says of each what its own would', async () => {
    const { asked, checks } = counted()
    for (const steps of [5, 10])
      for (let seed = 0; seed < 40; seed++) {
        const input = { model: 'mnist', steps, seed }
        const { checked, calls } = await checks.generate(input)
        expect(checked).toEqual(await checkGenerate(input, models))
        expect(calls).toBe(steps)
      }
    expect(asked).toHaveLength(2)
    for (let seed = 0; seed < 40; seed++)
      expect((await checks.inpaint({ model: 'mnist', method: 'repaint', steps: 10, seed })).checked.settings.seed).toBe(seed)
    expect(asked).toHaveLength(3)
  })

  it('refuses a seed that is none, and what is wrong with all seeds for each of them', async () => {
    const { checks } = counted()
    for (const seed of [-1, 0.5, Number.MAX_SAFE_INTEGER])
      await expect(checks.generate({ model: 'mnist', seed, count: 2 })).rejects.toThrow(/seed/)
    for (const seed of [1, 2]) await expect(checks.generate({ model: 'mnist', seed, eta: 2 })).rejects.toThrow(/eta/)
  })
})
