import { describe, expect, test } from 'vitest'
import type { ModelSummary } from '../../src/shared/api.ts'
import { inpaintSettings } from '../../src/shared/request.ts'
import { costOf, firstDraft, paceOf, paces, parseDraft, refusalOf, requestOf, walkOf } from '../../src/renderer/inpaint/draft.ts'
import { polyline, roadOf, thinned } from '../../src/renderer/inpaint/zigzag.ts'

const card = {
  name: 'Handwritten digits',
  image: { channels: 1, range: [-1, 1], size: { width: 28, height: 28 } },
} as unknown as NonNullable<ModelSummary['card']>
const digits: ModelSummary = { id: 'mnist', card, problem: null, bytes: 1, shipped: true }
const colour: ModelSummary = { ...digits, id: 'photo', card: { ...card, image: { ...card.image, channels: 3 } } }

describe('the cost of a fill', () => {
  test.each([
    ['draft', 105],
    ['standard', 230],
    ['fine', 910],
    ['paper', 2410],
  ])('%s is %i model calls of RePaint', (pace, calls) => {
    const found = paces.find(({ value }) => value === pace)
    const { steps = 0, jumpLength = 0, resamples = 0 } = found ?? {}
    const draft = { ...firstDraft, method: 'repaint', steps, jumpLength, resamples }
    expect(costOf(draft, 1, null).calls).toBe(calls)
    expect(paceOf(draft)).toBe(pace)
  })

  test('replacement costs one call a level, whatever the jumps say', () => {
    const draft = { ...firstDraft, method: 'replace', steps: 50, jumpLength: 7, resamples: 9 }
    expect(costOf(draft, 1, null).calls).toBe(50)
    expect(paceOf(draft)).toBe('standard')
    expect(paceOf({ ...draft, method: 'repaint' })).toBe('')
  })

  test('windows and batches multiply, and the time follows the measured call', () => {
    const draft = { ...firstDraft, method: 'replace', steps: 50, variations: 9, batch: 4 }
    expect(costOf(draft, 2, 10)).toEqual({ calls: 50, total: 300, seconds: 3 })
    expect(costOf(draft, 0, null).seconds).toBeNull()
  })
})

describe('the zigzag', () => {
  const road = roadOf(walkOf({ method: 'repaint', steps: 250, jumpLength: 10, resamples: 10 }))

  test("the paper's walk has 4570 transitions and 2410 calls, and ends clean", () => {
    expect(road.points).toHaveLength(4571)
    expect(road.calls).toBe(2410)
    expect(road.points[0]).toEqual({ x: 0, y: 0 })
    expect(road.points.at(-1)).toEqual({ x: 2410, y: 1 })
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

describe('what may be filled', () => {
  test('a grey model refuses a colour photograph in a sentence until "as grey" is chosen', () => {
    const refusal = refusalOf(firstDraft, digits, { coloured: true })
    expect(refusal?.kind).toBe('grey')
    expect(refusal?.message).toMatch(/^Handwritten digits knows only grey, and this photograph has colour\.$/)
    expect(refusalOf({ ...firstDraft, asGrey: true }, digits, { coloured: true })).toBeUndefined()
    expect(refusalOf(firstDraft, digits, { coloured: false })).toBeUndefined()
    expect(refusalOf(firstDraft, colour, { coloured: true })).toBeUndefined()
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
