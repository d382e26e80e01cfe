import { describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../src/shared/api.ts'
import { samplers } from '../../src/core/index.ts'
import { dynamicDefaults, generateRequest } from '../../src/shared/request.ts'
import { planRun, sharedBatch } from '../../src/renderer/generate/plan.ts'
import { fitCells, gridWindow, movedFocus } from '../../src/renderer/generate/window.ts'
import { modelTraits } from '../../src/renderer/state/methods.ts'
import {
  changed,
  chosenModel,
  defaultSettings,
  modelChange,
  parseSettings,
  requestOf,
  type DrawingModel,
} from '../../src/renderer/state/generate.ts'
import { digitCard, digits } from './support/fake-bridge.ts'

const model: DrawingModel = { ...digits, card: digitCard }
const asked = generateRequest.parse({ model: 'mnist' })

describe('settings', () => {
  it('come back from storage as they were', () => {
    const settings = { ...asked, steps: 20, eta: 0.5, seed: 7, spacing: 'trailing', device: 'cpu' as const }
    const own = { heun: { churn: 7, form: 'left', last: true } }
    expect(parseSettings(JSON.stringify({ ...settings, own, seedLocked: true }))).toEqual({ settings, own, seedLocked: true })
  })
  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['another kind of JSON', '[1]'],
    ['null', 'null'],
  ])('are the defaults after %s', (_name, text) => {
    expect(parseSettings(text)).toEqual({ settings: defaultSettings, own: {}, seedLocked: false })
  })
  it('lose only the part that is wrong', () => {
    const { settings } = parseSettings(JSON.stringify({ steps: 0, eta: 2, count: 4, spacing: 'rm -rf', stranger: 1 }))
    expect(settings).toEqual({ ...defaultSettings, count: 4 })
    expect(parseSettings(JSON.stringify({ own: { ddim: { a: 1 }, heun: { a: [] }, euler: 3 } })).own).toEqual({ ddim: { a: 1 } })
  })
})

describe('another model', () => {
  const score: DrawingModel = {
    ...model,
    id: 'score',
    card: {
      ...digitCard,
      id: 'score',
      noise: { kind: 've', geometric: { largest: 1, smallest: 0.01, count: 10 }, start: 'normal' },
    },
  }
  it('brings the sampler it was trained for, and takes it away again', () => {
    const there = { ...asked, ...modelChange(asked, model, score) }
    expect(there).toMatchObject({ model: 'score', sampler: 'annealed-langevin' })
    expect(modelChange(there, score, model)).toEqual({ model: model.id, sampler: asked.sampler })
  })
  it('leaves a sampler that was chosen', () => {
    expect(modelChange({ ...asked, sampler: 'heun' }, model, score)).toEqual({ model: 'score' })
  })
})

describe('the settings of a sampler', () => {
  it('wait for it while another one is chosen', () => {
    const first = changed({ settings: { ...asked, sampler: 'a' }, own: {} }, { settings: { churn: 7 } })
    expect(first.settings.settings).toEqual({ churn: 7 })
    const away = changed(first, { sampler: 'b' })
    expect(away.settings.settings).toEqual({})
    const back = changed(changed(away, { settings: { form: 'left' } }), { sampler: 'a' })
    expect(back.settings).toMatchObject({ sampler: 'a', settings: { churn: 7 } })
    expect(back.own).toEqual({ a: { churn: 7 }, b: { form: 'left' } })
  })
  it('come with a run whose settings are taken over', () => {
    const before = { settings: { ...asked, sampler: 'a' }, own: { b: { churn: 1 } } }
    const taken = changed(before, { ...asked, sampler: 'b', settings: { churn: 9 } })
    expect([taken.settings.settings, taken.own['b']]).toEqual([{ churn: 9 }, { churn: 9 }])
  })
  it('stay as they are when something else changes', () => {
    const before = { settings: { ...asked, sampler: 'a', settings: { churn: 7 } }, own: {} }
    expect(changed(before, { steps: 3, sampler: 'a' }).settings).toMatchObject({ steps: 3, settings: { churn: 7 } })
  })
})

describe('what is sent', () => {
  it('has no more steps than the model has levels', () => {
    const few = { ...model, card: { ...digitCard, noise: { kind: 've' as const, sigmas: [0.1, 1, 10], start: 'normal' as const } } }
    expect(requestOf({ ...asked, sampler: 'ddim' }, few).steps).toBe(3)
    expect(requestOf({ ...asked, sampler: 'ddim', steps: 2 }, few).steps).toBe(2)
  })
  it('has as many steps as a budget of model calls is enough for, whatever the sampler', () => {
    const steps = (sampler: string, nfe: number, settings = {}) => requestOf({ ...asked, sampler, nfe, settings }, model)
    expect(steps('ddim', 35)).toMatchObject({ steps: 35, nfe: 35 })
    expect(steps('heun', 35)).toMatchObject({ steps: 18, nfe: 35 })
    expect(steps('predictor-corrector', 35, { correctors: 4 })).toMatchObject({ steps: 7, nfe: 35 })
    expect(steps('ddim', 5000).steps).toBe(1000)
    const few = steps('predictor-corrector', 2, { correctors: 4 })
    expect(few.steps).toBe(1)
    expect(planRun(few, digitCard)).toEqual({
      problem: 'Predictor-corrector cannot be done in 2 model calls: allow more, or set the steps yourself.',
    })
    expect(planRun(steps('heun', 35), digitCard)).toMatchObject({ callsEach: 35 })
    // One that finds its calls on the way has no budget.
    const adaptive = Object.values(samplers).find((one) => one.adaptive === true)?.name ?? ''
    expect(steps(adaptive, 35)).not.toHaveProperty('nfe')
    expect(steps(adaptive, 35).steps).toBe(defaultSettings.steps)
  })
  it('loses the budget with the steps of a run that is taken over, and with nothing else', () => {
    const before = { settings: { ...asked, nfe: 35 }, own: {} }
    expect(changed(before, { sampler: 'heun', eta: 1, seed: 9 }).settings.nfe).toBe(35)
    expect(changed(before, { ...asked }).settings.nfe).toBeUndefined()
    expect(changed(before, { steps: 9, nfe: 8 }).settings.nfe).toBe(8)
    expect(parseSettings(JSON.stringify(before.settings)).settings.nfe).toBe(35)
  })
  it('has the numbers of dynamic thresholding where they are used', () => {
    const dynamic = { ratio: 0.9, max: 2 }
    expect(requestOf({ ...asked, dynamic }, model)).not.toHaveProperty('dynamic')
    expect(requestOf({ ...asked, threshold: 'dynamic', dynamic }, model)).toMatchObject({ threshold: 'dynamic', dynamic })
    expect(requestOf({ ...asked, threshold: 'dynamic' }, model)).toMatchObject({ dynamic: dynamicDefaults })
  })
  it.each(Object.values(samplers).map((entry) => [entry.name, entry] as const))('has every setting of %s', (name, entry) => {
    if (entry.refuses?.(modelTraits(digitCard)) !== undefined)
      return expect(requestOf({ ...asked, sampler: name }, model).sampler).toBe('ddim')
    const sent = requestOf({ ...asked, sampler: name, settings: { stranger: 1 } }, model)
    expect(Object.keys(sent.settings)).toEqual((entry.settings ?? []).map((setting) => setting.name))
    expect(generateRequest.parse(sent)).toEqual(sent)
    return expect(planRun(sent, digitCard)).not.toHaveProperty('problem')
  })

  it('is what is shown: a control that is not drawn stands at its default', () => {
    const settings = { ...asked, eta: 0.5, variance: 'large' as const }
    expect(requestOf({ ...settings, sampler: 'ddim' }, model)).toMatchObject({ eta: 0.5, variance: 'small' })
    expect(requestOf({ ...settings, sampler: 'ddpm' }, model)).toMatchObject({ eta: 0, variance: 'large' })
  })
  it('names the model that is there, and no variance or sampler that is not', () => {
    const gone = { ...asked, model: 'gone', sampler: 'nosuch', variance: 'learned' as const }
    expect(requestOf(gone, model)).toMatchObject({ model: 'mnist', sampler: 'ddim' })
    expect(requestOf({ ...gone, sampler: 'ddpm' }, model).variance).toBe('small')
  })
  it('is always a request the boundary takes', () => {
    expect(generateRequest.safeParse(requestOf(parseSettings('{"steps":7}').settings, model)).success).toBe(true)
  })
  it('uses a whole package that draws, the chosen one first', () => {
    const broken: ModelSummary = { id: 'broken', card: null, problem: 'truncated', bytes: 0, shipped: false }
    const other = { ...digits, id: 'other' }
    expect(chosenModel({ ...asked, model: 'other' }, [broken, digits, other])?.id).toBe('other')
    expect(chosenModel({ ...asked, model: 'broken' }, [broken, digits])?.id).toBe('mnist')
    expect(chosenModel(asked, [broken])).toBeNull()
  })
})

describe('the cost', () => {
  it('is pictures times levels, and time counts batched calls', () => {
    expect(planRun({ ...asked, count: 20, steps: 50, batch: 16 }, digitCard)).toEqual({
      levels: 50,
      callsEach: 50,
      calls: 1000,
      batchedCalls: 100,
      about: false,
    })
  })
  it('is twice the levels less one for Heun', () => {
    expect(planRun({ ...asked, sampler: 'heun', count: 20, steps: 50, batch: 16 }, digitCard)).toEqual({
      levels: 50,
      callsEach: 99,
      calls: 1980,
      batchedCalls: 198,
      about: false,
    })
  })
  it('takes the number of levels from the spacing where that says it', () => {
    expect(planRun({ ...asked, count: 1, spacing: '10,15,20' }, digitCard)).toMatchObject({ levels: 45, calls: 45 })
  })
  it('says why a run cannot be', () => {
    const short = { ...digitCard, noise: { kind: 've' as const, sigmas: [0.1, 1, 10], start: 'normal' as const } }
    expect(planRun({ ...asked, steps: 4 }, short)).toHaveProperty('problem')
    expect(planRun({ ...asked, steps: 3 }, short)).toMatchObject({ levels: 3 })
  })
  it('knows how many pictures really share a call', () => {
    expect(sharedBatch({ batch: 16, count: 4 }, digitCard)).toBe(4)
    expect(sharedBatch({ batch: 16, count: 40 }, { ...digitCard, input: { ...digitCard.input, batch: 8 } })).toBe(8)
  })
})

describe('the grid', () => {
  const box = { width: 1000, height: 700, scroll: 0, count: 10_000, cell: 160, gap: 6, aspect: 1, columns: null }
  it('mounts only what is near, wherever it is scrolled', () => {
    const whole = gridWindow(box)
    for (let scroll = 0; scroll <= whole.total; scroll += 977) {
      const { first, end, top, cellHeight, columns } = gridWindow({ ...box, scroll })
      expect(end - first).toBeLessThanOrEqual(250)
      expect(first % columns).toBe(0)
      expect(top).toBeLessThanOrEqual(scroll)
      expect(top + Math.ceil((end - first) / columns) * (cellHeight + box.gap)).toBeGreaterThanOrEqual(
        Math.min(whole.total, scroll + box.height),
      )
      expect(end).toBeLessThanOrEqual(box.count)
    }
  })
  it('mounts the last ones at the end, and nothing of nothing', () => {
    const { total } = gridWindow(box)
    expect(gridWindow({ ...box, scroll: total - box.height }).end).toBe(box.count)
    expect(gridWindow({ ...box, count: 0 })).toMatchObject({ first: 0, end: 0, total: 0 })
  })
  it('fits sixteen on the screen as four by four, as large as they go', () => {
    const fit = fitCells({ width: 1000, height: 700, count: 16, gap: 6, aspect: 1 })
    expect(fit.columns).toBe(4)
    expect(4 * fit.cell + 3 * 6).toBeLessThanOrEqual(700)
    expect(4 * (fit.cell + 1) + 3 * 6).toBeGreaterThan(700)
  })
  it('scrolls rather than shrink to stamps', () => {
    expect(fitCells({ width: 1000, height: 700, count: 1000, gap: 6, aspect: 1 })).toMatchObject({ columns: null })
  })
  it('arrows stay inside', () => {
    expect(movedFocus('ArrowDown', 1, 4, 10)).toBe(5)
    expect(movedFocus('ArrowDown', 8, 4, 10)).toBe(8)
    expect(movedFocus('ArrowLeft', 0, 4, 10)).toBe(0)
    expect(movedFocus('End', 0, 4, 10)).toBe(9)
    expect(movedFocus('a', 0, 4, 10)).toBeUndefined()
  })
})
