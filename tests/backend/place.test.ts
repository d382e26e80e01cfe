import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partsOf } from '../../src/backend/place.ts'
import { seedLimit } from '../../src/shared/request.ts'

describe('a picture that is made again at its place of a batch', () => {
  const seeds = fc.oneof(
    fc.nat(70),
    fc.nat(70).map((below) => seedLimit - below),
    fc.integer({ min: 0, max: seedLimit }),
  )

  it('keeps its own seed at its own place, beside others that are seeds too and each there once', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 64 }), fc.nat(500), (seed, batch, place) => {
        const [part, ...more] = partsOf({ seed, count: 1, batch, place })
        expect(more).toEqual([])
        expect(part?.made).toEqual([{ i: place % batch, at: 0, index: place, seed }])
        expect(part?.seeds[place % batch]).toBe(seed)
        expect(part?.seeds).toHaveLength(batch)
        expect(new Set(part?.seeds).size).toBe(batch)
        expect(part?.seeds.every((own) => Number.isSafeInteger(own) && own >= 0)).toBe(true)
      }),
    )
  })
})
