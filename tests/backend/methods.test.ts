import { describe, expect, it } from 'vitest'
import { ownSettings, refuseStrangers } from '../../src/backend/methods.ts'
import type { SamplerEntry, Setting } from '../../src/core/types.ts'

const churn: Setting = { name: 'churn', label: 'Churn', help: 'Noise.', kind: 'number', min: 0, max: 100, default: 40 }
const entry = (name: string, more: Partial<SamplerEntry> = {}): SamplerEntry => ({
  name,
  label: name,
  paper: 'None 2026',
  help: 'A test.',
  controls: [],
  run: async function* () {},
  ...more,
})
const table = {
  plain: entry('plain'),
  one: entry('one', { controls: ['eta'], settings: [churn] }),
  two: entry('two', { controls: ['eta'], settings: [churn] }),
}

describe('a setting of the method itself', () => {
  it('stands at its default, or as it was given', () => {
    expect(ownSettings('sampler', table.one, table, {})).toEqual({ churn: 40 })
    expect(ownSettings('sampler', table.one, table, { churn: 7 })).toEqual({ churn: 7 })
    expect(ownSettings('sampler', table.plain, table, {})).toEqual({})
  })
  it.each([
    ['plain', { churn: 1 }, 'The sampler plain takes no churn: use one or two, which do.'],
    ['plain', { chrn: 1 }, 'There is no setting called "chrn" for the sampler plain; it has none of its own.'],
    ['one', { chrn: 1 }, 'There is no setting called "chrn" for the sampler one; its own are churn.'],
    ['one', { churn: 101 }, 'Expected a number from 0 to 100 for churn but received 101.'],
    ['one', { churn: true }, 'Expected a number from 0 to 100 for churn but received true.'],
  ] as const)('%s given %j is refused: %s', (name, given, sentence) => {
    expect(() => ownSettings('sampler', table[name], table, given)).toThrow(
      expect.objectContaining({ code: 'request', message: sentence }),
    )
  })
})

describe('a control that the method lacks', () => {
  it('may stand at its default', () => {
    expect(() => refuseStrangers('sampler', table.plain, table, { eta: 0 }, { eta: 0 })).not.toThrow()
  })
  it('is refused elsewhere, with the methods that have it', () => {
    const act = (others: typeof table | { one: SamplerEntry } | object) => () =>
      refuseStrangers('sampler', table.plain, others as typeof table, { eta: 0.5 }, { eta: 0 })
    expect(act(table)).toThrow('The sampler plain takes no eta: use one or two, which do.')
    expect(act({ one: table.one })).toThrow('The sampler plain takes no eta: use one, which does.')
    expect(act({})).toThrow('The sampler plain takes no eta.')
  })
})
