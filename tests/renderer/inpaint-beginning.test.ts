import { describe, expect, test } from 'vitest'
import type { ModelSummary } from '../../src/shared/api.ts'
import { inpaintSettings } from '../../src/shared/request.ts'
import {
  costOf,
  type Draft,
  firstDraft,
  onlyFromNoise,
  requestOf,
  visited,
  walkedOf,
  walkOf,
  whyOnce,
  withChanges,
} from '../../src/renderer/inpaint/draft.ts'
import { digitCard, digits } from './support/fake-bridge.ts'

/** Of any size. */
const elastic: ModelSummary = {
  ...digits,
  id: 'elastic',
  card: { ...digitCard, image: { channels: 3, range: [-1, 1], size: { multipleOf: 8, min: 64, max: 512, best: [128] } } },
}

describe('where a fill begins', () => {
  const info = { coloured: true }
  test('from noise the whole schedule is walked; a start from a picture begins at the usual share of it', () => {
    const original = withChanges(firstDraft, { start: 'original' })
    const less = withChanges(withChanges(original, { strength: 0.3 }), { start: 'quick' })
    expect(requestOf(less, elastic, info, false)).toMatchObject({ start: 'quick', strength: 0.3 })
    const back = withChanges(less, { start: 'noise' })
    expect(requestOf(back, elastic, info, false)).toMatchObject({ start: 'noise', strength: 1 })
    expect(requestOf(original, elastic, info, false)).toMatchObject({ start: 'original', strength: 0.6 })
    expect(inpaintSettings.parse(requestOf(original, elastic, info, false)).start).toBe('original')
  })

  test('the walk that is drawn leaves out what a start from a picture leaves out', () => {
    const steps = (changes: Partial<Draft>) => {
      const draft = withChanges(firstDraft, { method: 'replace', spacing: 'leading', steps: 50, ...changes })
      return visited(walkedOf(draft, digits), draft, digits).steps
    }
    expect(steps({})).toBe(50)
    expect(steps({ start: 'original', strength: 0.6 })).toBe(30)
    expect(steps({ start: 'quick', strength: 0.1 })).toBe(5)
    expect(steps({ start: 'noise', strength: 0.1 })).toBe(50)
  })

  test('what method or model cannot do is not asked for', () => {
    const wanted = withChanges(firstDraft, { start: 'original', refine: 'full' })
    expect(requestOf(wanted, elastic, info, false)).toMatchObject({ start: 'original', refine: 'full', refineStrength: 0.15 })
    expect(requestOf(wanted, { ...digits, id: 'fixed' }, info, false)).toMatchObject({ start: 'original', refine: 'off' })
    const weighed = withChanges(wanted, { method: 'smc' })
    expect(onlyFromNoise('smc')).toMatch(/noise/)
    expect(requestOf(weighed, elastic, info, false)).toMatchObject({ start: 'noise', strength: 1, refine: 'off' })
    expect(whyOnce('ddnm', digits)).toMatch(/one size/)
    expect(whyOnce('ddnm', elastic)).toBeUndefined()
  })

  test('a refined fill costs all its passes, for each batch of variations', () => {
    const draft = withChanges(firstDraft, { variations: 4, batch: 2, refine: '2x' })
    const runs = [
      { crop: 0, stage: 0, scale: 2, windows: 1, calls: 50, cost: 50 },
      { crop: 0, stage: 1, scale: 1, windows: 4, calls: 15, cost: 60 },
    ]
    const { walk } = walkOf(draft.method, walkedOf(draft, elastic))
    expect(costOf(draft, walk, 4, 100, 4, runs)).toEqual({ calls: 65, total: 220, seconds: 22, refined: true })
    expect(costOf(draft, walk, 4, 100, 4, runs.slice(0, 1)).refined).toBeUndefined()
  })
})
