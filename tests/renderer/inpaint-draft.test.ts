import { describe, expect, test } from 'vitest'
import { inpainterCalls, inpainters } from '../../src/core/index.ts'
import type { ModelSummary } from '../../src/shared/api.ts'
import { inpaintSettings } from '../../src/shared/request.ts'
import {
  costOf,
  picturesIn,
  type Draft,
  firstDraft,
  fittingModel,
  mostLevels,
  ofPace,
  paceOf,
  paces,
  parseDraft,
  refusalOf,
  requestOf,
  sharedBatch,
  visited,
  walkedOf,
  walkOf,
  withChanges,
} from '../../src/renderer/inpaint/draft.ts'
import { polyline, roadOf, thinned } from '../../src/renderer/inpaint/zigzag.ts'
import { digitCard, digits } from './support/fake-bridge.ts'

const colour: ModelSummary = { ...digits, id: 'photo', card: { ...digitCard, image: { ...digitCard.image, channels: 3 } } }
/** Of any size: a prior of surfaces. */
const textures: ModelSummary = {
  ...colour,
  id: 'textures',
  card: { ...digitCard, image: { ...digitCard.image, size: { multipleOf: 8, min: 64, max: 1024, best: [128] } } },
}
/** A score model of ten levels. */
const scores: ModelSummary = {
  ...digits,
  id: 'scores',
  card: { ...digitCard, noise: { kind: 've', sigmas: Array.from({ length: 10 }, (_, i) => 0.01 * 2 ** i), start: 'uniform' } },
}

/** Going back and forth instead. */
const back = withChanges(firstDraft, { method: 'repaint' })

/** Of this draft, as the screen draws it. */
const costed = (draft: Draft, windows: number, milliseconds: number | null) =>
  costOf(draft, walkOf(draft.method, walkedOf(draft, digits)).walk, windows, milliseconds)

describe('the windows of a fill', () => {
  const card = colour.card
  const whole = { x: 0, y: 0, width: 512, height: 128, modelWidth: 512, modelHeight: 128 }
  const windows = {
    ...whole,
    windows: {
      cell: 32,
      edge: 4,
      at: [
        [0, 0],
        [3, 0],
        [6, 0],
      ] as const,
    },
  }

  test('are counted as pictures of the size the estimate is of', () => {
    expect(picturesIn([whole, windows], card)).toBeCloseTo((512 * 128 + 3 * 128 * 128) / 28 ** 2)
    expect(picturesIn([whole, windows], null)).toBe(2)
  })

  test('make a fill last as long as their pixels, and every one is a call', () => {
    const draft = withChanges(firstDraft, { method: 'ddnm', steps: 10, variations: 1 })
    const { walk } = walkOf(draft.method, walkedOf(draft, digits))
    expect(costOf(draft, walk, 3, 100, 0.75)).toEqual({ calls: 10, total: 30, seconds: 0.75 })
  })
})

describe('the model for a photograph', () => {
  const of = (model: string, models: readonly ModelSummary[], coloured: boolean, asGrey = false) =>
    fittingModel({ ...firstDraft, model, asGrey }, models, { coloured })

  test('in colour is one that knows colour, unless grey is what was asked for', () => {
    expect(of(digits.id, [digits, colour], true)).toBe('photo')
    expect(of(digits.id, [digits, colour], true, true)).toBeUndefined()
    expect(of(digits.id, [digits], true)).toBeUndefined()
    expect(of('', [digits, colour], true)).toBe('photo')
  })

  test('stays the chosen one where it knows enough', () => {
    expect(of(digits.id, [digits, colour], false)).toBeUndefined()
    expect(of('photo', [digits, colour], true)).toBeUndefined()
    expect(of('gone', [digits, colour], false)).toBeUndefined()
  })
})

describe('the cost of a fill', () => {
  test.each([
    ['draft', 230],
    ['standard', 480],
    ['fine', 1210],
    ['paper', 2410],
  ])('%s is %i model calls of RePaint', (pace, calls) => {
    const found = paces.find(({ value }) => value === pace)
    const { steps = 0, jumpLength = 0, resamples = 0 } = found ?? {}
    const draft = { ...firstDraft, method: 'repaint', steps, jumpLength, resamples }
    expect(costed(draft, 1, null).calls).toBe(calls)
    expect(paceOf(draft)).toBe(pace)
  })

  test('replacement costs one call a level, whatever the jumps say', () => {
    const draft = { ...firstDraft, method: 'replace', steps: 50, jumpLength: 7, resamples: 9 }
    expect(costed(draft, 1, null).calls).toBe(50)
    expect(paceOf(draft)).toBe('draft')
    expect(paceOf({ ...draft, method: 'repaint' })).toBe('')
  })

  test('the pace called RePaint is that method with its numbers; the others leave the method as it is', () => {
    const of = (value: string) => withChanges(firstDraft, ofPace(paces.find((pace) => pace.value === value) ?? fail(value)))
    expect(of('paper')).toMatchObject({ method: 'repaint', steps: 250, jumpLength: 10, resamples: 10 })
    expect(paceOf(of('paper'))).toBe('paper')
    expect([of('fine').method, of('fine').steps, paceOf(of('fine'))]).toEqual(['ddnm', 250, 'fine'])
    expect([of('draft').steps, of('standard').steps]).toEqual([50, 100])
  })

  test('a spacing that visits fewer levels than steps costs as many calls as it visits', () => {
    const draft = { ...firstDraft, method: 'replace', steps: 50, spacing: 'quadratic' }
    const walked = walkedOf(draft, digits)
    expect(walked.steps).toBe(50)
    const { walk } = walkOf('replace', visited(walked, draft, digits))
    expect(costOf(draft, walk, 1, null).calls).toBe(49)
    expect(visited(walked, { ...draft, spacing: 'linspace' }, digits)).toEqual(walked)
    expect(visited(walked, { ...draft, spacing: 'ddim7' }, undefined)).toBe(walked)
    expect(visited({ steps: 2000 }, { ...draft, spacing: 'linspace' }, digits)).toEqual({ steps: 2000 })
  })

  test('windows and batches multiply, and the time follows the measured call', () => {
    const draft = { ...firstDraft, method: 'replace', steps: 50, variations: 9, batch: 4 }
    expect(costed(draft, 2, 10)).toEqual({ calls: 50, total: 300, seconds: 3 })
    expect(costed(draft, 0, null).seconds).toBeNull()
  })
})

describe('the zigzag', () => {
  const road = roadOf(walkOf('repaint', { steps: 250, jumpLength: 10, resamples: 10 }).walk)

  test("the paper's walk has 4570 transitions and 2410 calls, and ends clean", () => {
    expect(road.points).toHaveLength(4571)
    expect(road.calls).toBe(2410)
    expect(road.points[0]).toEqual({ x: 0, y: 0 })
    expect(road.points.at(-1)).toEqual({ x: 2410, y: 1 })
  })

  test('an inner step costs a call and stays at its level', () => {
    const walk = [
      { kind: 'step', from: 0, to: 1 },
      { kind: 'inner', from: 1, to: 1 },
      { kind: 'undo', from: 1, to: 0 },
      { kind: 'step', from: 0, to: 1 },
      { kind: 'step', from: 1, to: 2 },
    ] as const
    expect(roadOf(walk)).toEqual({
      calls: 4,
      points: [
        { x: 0, y: 0 },
        { x: 1, y: 0.5 },
        { x: 2, y: 0.5 },
        { x: 2, y: 0 },
        { x: 3, y: 0.5 },
        { x: 4, y: 1 },
      ],
    })
  })

  test('thinned for a narrow drawing it keeps its ends, its order and the height of every zigzag', () => {
    const few = thinned(road, 280)
    expect(few.length).toBeLessThanOrEqual(280 * 4)
    expect(few.length).toBeGreaterThan(280)
    expect(few[0]).toEqual(road.points[0])
    expect(few.at(-1)).toEqual(road.points.at(-1))
    for (let i = 1; i < few.length; i++) expect(few[i]?.x ?? 0).toBeGreaterThanOrEqual(few[i - 1]?.x ?? 0)
    const rises = few.filter((point, i) => i > 0 && point.y < (few[i - 1]?.y ?? 0)).length
    expect(rises).toBeGreaterThan(200)
  })

  test('the drawing stays inside its box', () => {
    const numbers = polyline(road, 284, 84, 6).split(/[ ,]/).map(Number)
    expect(numbers.every((value) => value >= 6 && value <= 278)).toBe(true)
    expect(numbers.filter((_, i) => i % 2 === 1).every((value) => value <= 78)).toBe(true)
  })
})

describe('every method', () => {
  test.each(Object.values(inpainters).map((entry) => [entry.name, entry] as const))(
    '%s has its walk, its cost and its request',
    (name, entry) => {
      const draft = withChanges({ ...firstDraft, steps: 20 }, { method: name })
      const walked = walkedOf(draft, digits)
      const { walk } = walkOf(name, walked)
      expect(walk.length).toBeGreaterThan(0)
      expect(Object.keys(walked.settings)).toEqual((entry.settings ?? []).map((setting) => setting.name))
      expect(costed(draft, 1, null).calls).toBe(inpainterCalls(entry, walk))
      const sent = requestOf(draft, digits, { coloured: false }, true)
      expect(inpaintSettings.parse(sent)).toEqual(sent)
      expect(sent.settings).toEqual(walked.settings)
      if (entry.spacing !== undefined) expect(sent.spacing).toBe(entry.spacing)
    },
  )

  test('keeps to the levels of the model', () => {
    expect([mostLevels(digits), mostLevels(scores), mostLevels(undefined)]).toEqual([1000, 10, 1000])
    expect(requestOf({ ...firstDraft, steps: 50 }, scores, { coloured: false }, true).steps).toBe(10)
    expect(walkedOf({ ...firstDraft, steps: 7 }, scores).steps).toBe(7)
  })

  test('begins with the eta and the spacing that were found best for it, and keeps those that were set', () => {
    const begun = ({ eta, spacing }: Draft) => [eta, spacing]
    expect(begun(firstDraft)).toEqual([1, 'exponential'])
    expect(begun(back)).toEqual([0, 'respaced'])
    expect(begun(withChanges(back, { method: 'ddnm' }))).toEqual([1, 'exponential'])
    const set = withChanges(firstDraft, { eta: 0.3, spacing: 'karras' })
    expect(begun(withChanges(set, { method: 'repaint' }))).toEqual([0.3, 'karras'])
    expect(begun(withChanges(firstDraft, { method: 'repaint', eta: 1 }))).toEqual([1, 'respaced'])
  })

  test('begins at a quick fill where the model knows textures alone, at noise where it knows whole pictures', () => {
    const begun = (draft: Draft, model: ModelSummary) => {
      const { start, strength } = requestOf(draft, model, { coloured: false }, true)
      return [start, strength]
    }
    expect(begun(firstDraft, textures)).toEqual(['quick', 0.2])
    expect(begun(firstDraft, digits)).toEqual(['noise', 1])
    // RePaint is what its paper says unless it is told otherwise, and what was set stays set.
    expect(begun(back, textures)).toEqual(['noise', 1])
    expect(begun({ ...back, start: 'original' }, textures)).toEqual(['original', 0.6])
    expect(begun({ ...firstDraft, start: 'noise' }, textures)).toEqual(['noise', 1])
    expect(begun({ ...firstDraft, start: 'quick', strength: 0.7 }, textures)).toEqual(['quick', 0.7])
    expect(begun({ ...firstDraft, start: 'quick' }, digits)).toEqual(['quick', 0.6])
  })

  test('waits with its own settings while another is chosen', () => {
    const set = withChanges(back, { settings: { startResampling: 5 } })
    const away = withChanges(set, { method: 'ddnm' })
    expect(away.settings).toEqual({})
    expect(withChanges(away, { method: 'repaint' }).settings).toEqual({ startResampling: 5 })
    expect(parseDraft(JSON.parse(JSON.stringify(away)) as Record<string, unknown>)).toEqual(away)
  })

  test('shares one batch where its pictures compete', () => {
    const competing = Object.values(inpainters).find((entry) => entry.together === true)?.name ?? 'none'
    expect(sharedBatch({ method: competing, variations: 9, batch: 4 })).toBe(9)
    expect(sharedBatch({ method: 'repaint', variations: 9, batch: 4 })).toBe(4)
    expect(sharedBatch({ method: 'repaint', variations: 2, batch: 4 })).toBe(2)
    expect(costed({ ...firstDraft, method: competing, variations: 9, steps: 50 }, 1, null).total).toBe(50)
  })
})

describe('what may be filled', () => {
  test('a method says itself which model it is not for', () => {
    const picky = Object.values(inpainters).find((entry) => entry.name === 'ddnm-colour')
    expect(picky).toBeDefined()
    expect(refusalOf({ ...firstDraft, method: 'ddnm-colour' }, digits, { coloured: false })).toMatchObject({
      kind: 'method',
      message: expect.stringContaining('grey') as string,
    })
    expect(refusalOf({ ...firstDraft, method: 'ddnm-colour' }, colour, { coloured: true })).toBeUndefined()
  })

  test('the numbers of dynamic thresholding are sent where they are used, a budget where it is set', () => {
    const dynamic = { ratio: 0.9, max: 3 }
    const sent = (more: Partial<Draft>) => requestOf({ ...firstDraft, dynamic, ...more }, digits, { coloured: false }, true)
    expect(sent({})).not.toHaveProperty('dynamic')
    expect(sent({ threshold: 'dynamic' })).toMatchObject({ threshold: 'dynamic', dynamic })
    expect(sent({ calls: 99 })).not.toHaveProperty('nfe')
    expect(sent({ calls: 99, byCalls: true })).toMatchObject({ nfe: 99 })
  })

  test('a grey model refuses a colour photograph in a sentence until "as grey" is chosen', () => {
    const refusal = refusalOf(firstDraft, digits, { coloured: true })
    expect(refusal?.kind).toBe('grey')
    expect(refusal?.message).toMatch(/^Handwritten digits knows only grey, and this photograph has colour\.$/)
    expect(refusalOf({ ...firstDraft, asGrey: true }, digits, { coloured: true })).toBeUndefined()
    expect(refusalOf(firstDraft, digits, { coloured: false })).toBeUndefined()
    expect(refusalOf(firstDraft, colour, { coloured: true })).toBeUndefined()
  })

  test('a walk too long to be meant is a sentence, not a broken screen', () => {
    const settings = { jump2Resamples: 100, jump3Resamples: 100, levelResamples: 100 }
    const draft = withChanges({ ...back, steps: 1000, resamples: 30 }, { settings })
    const { walk, problem } = walkOf('repaint', walkedOf(draft, digits))
    expect(walk).toEqual([])
    expect(refusalOf(draft, digits, { coloured: false }, problem)).toEqual({ kind: 'method', message: problem })
    expect(problem).toMatch(/\.$/)
  })

  test('a jump as long as the way is said to leave a single pass, by the levels that are really walked', () => {
    const remarkOf = (changes: Partial<Draft>) => {
      const draft = { ...back, ...changes }
      return walkOf(draft.method, visited(walkedOf(draft, digits), draft, digits)).remark
    }
    expect(remarkOf({ steps: 50, jumpLength: 49 })).toBeUndefined()
    expect(remarkOf({ steps: 50, jumpLength: 50 })).toMatch(/^A jump of 50 does not fit into 50 levels/)
    expect(remarkOf({ steps: 50, jumpLength: 49, spacing: 'quadratic' })).toMatch(/into 49 levels/)
    expect(remarkOf({ steps: 50, jumpLength: 50, method: 'replace' })).toBeUndefined()
  })

  test('model calls choose levels, jumps and resamples, and are never more than were allowed', () => {
    for (const method of Object.keys(inpainters)) {
      const draft: Draft = { ...withChanges(firstDraft, { method }), byCalls: true, calls: 400 }
      expect(costed(draft, 1, null).calls, method).toBeLessThanOrEqual(400)
      expect(costed(draft, 1, null).calls, method).toBeGreaterThan(200)
    }
    const { steps, jumpLength, resamples } = walkedOf({ ...back, byCalls: true, calls: 250 }, digits)
    expect({ steps, jumpLength, resamples }).toEqual({ steps: 50, jumpLength: 2, resamples: 5 })
  })

  test('too few model calls are a sentence', () => {
    const { problem } = walkedOf({ ...back, byCalls: true, calls: 5 }, digits)
    expect(problem).toBe('RePaint cannot be done in 5 model calls: allow more, or set the levels yourself.')
    expect(requestOf({ ...back, byCalls: true, calls: 5 }, digits, { coloured: false }, true)).not.toHaveProperty('problem')
  })

  test('a broken package says its own reason', () => {
    const broken = { ...digits, card: null, problem: 'The file model.onnx is missing.' }
    expect(refusalOf(firstDraft, broken, { coloured: false })?.message).toBe('The file model.onnx is missing.')
    expect(refusalOf(firstDraft, undefined, { coloured: false })?.kind).toBe('model')
  })

  test('the request passes the contract and says only what is run', () => {
    const sent = requestOf({ ...firstDraft, asGrey: true }, digits, { coloured: false }, true)
    expect(inpaintSettings.parse(sent)).toEqual(sent)
    expect([sent.asGrey, sent.invert]).toEqual([false, true])
    expect(requestOf({ ...firstDraft, invert: false }, digits, { coloured: true }, true).invert).toBe(false)
    const onColour = requestOf({ ...firstDraft, asGrey: true, invert: true }, colour, { coloured: true }, true)
    expect([onColour.asGrey, onColour.invert]).toEqual([false, false])
  })

  test('the trajectory is asked for where it is switched on, and the switch is remembered', () => {
    const sent = (trace: boolean) => requestOf({ ...firstDraft, trace }, digits, { coloured: false }, true)
    expect(sent(true).trace).toBe(true)
    expect(sent(false)).not.toHaveProperty('trace')
    expect(parseDraft({ trace: true }).trace).toBe(true)
  })

  test('controls that the method lacks are sent as their defaults, which the backend demands', () => {
    const own = { ...firstDraft, variance: 'large' as const, jumpLength: 7, resamples: 3 }
    expect(requestOf({ ...own, method: 'replace' }, digits, { coloured: false }, true)).toMatchObject({
      variance: 'large',
      jumpLength: 10,
      resamples: 10,
    })
    const etas = ['ddnm', 'delayed-ding', 'repaint'].map((method) =>
      requestOf({ ...own, method, eta: 0.4 }, digits, { coloured: false }, true),
    )
    expect(etas.map(({ eta, variance }) => [eta, variance])).toEqual([
      [0.4, 'small'],
      [0, 'small'],
      [0, 'large'],
    ])
    expect(requestOf({ ...own, method: 'repaint' }, digits, { coloured: false }, true)).toMatchObject({
      jumpLength: 7,
      resamples: 3,
    })
  })

  test('what was remembered comes back; what is wrong in it does not', () => {
    const draft = parseDraft({ steps: 77, resamples: 'many', blend: { padding: -3 }, unknown: 1, method: 'replace' })
    expect(draft).toEqual({ ...firstDraft, steps: 77, method: 'replace' })
  })
})

function fail(what: string): never {
  throw new Error(`There is no ${what}.`)
}
