import { describe, expect, it } from 'vitest'
import { inpainters, samplers } from '../../src/core/index.ts'
import type { SamplerEntry, Setting } from '../../src/core/types.ts'
import {
  changedWords,
  inpainterOptions,
  modelTraits,
  ownSettings,
  runnable,
  samplerOptions,
  settingFacts,
  thresholdWords,
} from '../../src/renderer/state/methods.ts'
import { fromPlace, snap, stepped, toPlace } from '../../src/renderer/ui/scale.ts'
import { numberWords, rangeOf } from '../../src/renderer/ui/setting-range.ts'
import { digitCard } from './support/fake-bridge.ts'

type NumberSetting = Extract<Setting, { kind: 'number' }>

const churn: NumberSetting = { name: 'churn', label: 'Churn', help: 'Noise.', kind: 'number', min: 0, max: 100, default: 40 }
const form: Setting = {
  name: 'form',
  label: 'Form',
  help: 'Which.',
  kind: 'choice',
  choices: [
    { value: 'mid', label: 'Midpoint' },
    { value: 'heun', label: 'Heun' },
  ],
  default: 'mid',
}
const last: Setting = { name: 'last', label: 'Clean up', help: 'At the end.', kind: 'switch', default: true }
const entry = (name: string, more: Partial<SamplerEntry> = {}): SamplerEntry => ({
  name,
  label: name.toUpperCase(),
  paper: 'Ho, Jain & Abbeel 2020, arXiv:2006.11239',
  help: 'A test.',
  controls: [],
  run: async function* () {},
  ...more,
})
const full = entry('full', { settings: [churn, form, last] })
const picky = entry('picky', {
  refuses: ({ name, levels }) => (levels > 10 ? `${name} has too many levels: choose full.` : undefined),
})
const traits = modelTraits(digitCard)

describe('settings of a method', () => {
  it('are all there, as they were kept where that is allowed', () => {
    expect(ownSettings(full)).toEqual({ churn: 40, form: 'mid', last: true })
    expect(ownSettings(full, { churn: 7, last: false, stranger: 1 })).toEqual({ churn: 7, form: 'mid', last: false })
    expect(ownSettings(full, { churn: 700, form: 'square', last: 'yes' })).toEqual({ churn: 40, form: 'mid', last: true })
    expect(ownSettings(undefined, { churn: 7 })).toEqual({})
  })
  it('are told in the words of their labels, and in a title only where they were changed', () => {
    expect(settingFacts(full, { churn: 7, form: 'heun', last: false })).toEqual([
      ['Churn', '7'],
      ['Form', 'Heun'],
      ['Clean up', 'off'],
    ])
    expect(changedWords(full, { churn: 40, form: 'heun', last: false })).toBe('form Heun, clean up off')
    expect(changedWords(full, {})).toBe('')
  })
})

describe('a model that a method cannot run', () => {
  const table = { picky, full }
  it('gets another one, and that is in the list with the reason', () => {
    expect(runnable(table, 'picky', 'full', traits)).toBe('full')
    expect(runnable(table, 'picky', 'full', { ...traits, levels: 10 })).toBe('picky')
    expect(runnable(table, 'gone', 'picky', traits)).toBe('full')
    const options = samplerOptions([picky, full], traits)
    expect(options.map(({ value, disabled, help }) => [value, disabled, help])).toEqual([
      ['picky', true, 'Handwritten digits has too many levels: choose full.'],
      ['full', false, 'A test.'],
    ])
    expect(samplerOptions([picky], null)[0]).toMatchObject({ disabled: false })
  })
})

describe('the lists', () => {
  it('have every sampler once, group by group', () => {
    const options = samplerOptions(Object.values(samplers), traits)
    expect(options.map(({ value }) => value).toSorted()).toEqual(Object.keys(samplers).toSorted())
    const groups = options.map(({ group }) => group)
    expect(groups.filter((group, i) => group !== groups[i - 1])).toEqual([...new Set(groups)])
  })
  it('put what has no group last, under a name of its own', () => {
    const groups = samplerOptions([entry('a'), entry('b', { group: 'score' })], traits).map(({ value, group }) => [value, group])
    expect(groups).toEqual([
      ['b', 'Along the score'],
      ['a', 'Others'],
    ])
  })
  it('have every inpainter once, in plain words first', () => {
    const options = inpainterOptions(Object.values(inpainters), traits)
    expect(options.map(({ value }) => value)).toEqual(Object.keys(inpainters))
    expect(options.find(({ value }) => value === 'repaint')).toMatchObject({
      label: 'Back and forth',
      note: 'RePaint, Lugmayr 2022',
    })
  })
  it('name the paper by its first author and year', () => {
    expect(samplerOptions([entry('a')], traits)[0]?.note).toBe('Ho 2020')
  })
})

it('says what held the estimate', () => {
  expect(thresholdWords({ threshold: 'clip' })).toBe('clip')
  expect(thresholdWords({ threshold: 'dynamic', dynamic: { ratio: 0.9, max: 2 } })).toBe('dynamic 0.9, 2')
})

describe('a declared number', () => {
  const declared = [...Object.values(samplers), ...Object.values(inpainters)].flatMap(({ settings = [] }) => settings)
  const numbers = declared.filter((setting): setting is NumberSetting => setting.kind === 'number')

  it.each(numbers.map((setting) => [setting.name, setting] as const))(
    '%s can be typed at its default, its ends, and dragged',
    (_, setting) => {
      const range = rangeOf(setting)
      for (const value of [setting.default, setting.min, setting.max]) expect(snap(value, range)).toBe(value)
      expect(fromPlace(0, range)).toBe(setting.min)
      expect(fromPlace(1, range)).toBe(setting.max)
      for (const place of [0.1, 0.37, 0.5, 0.9]) expect(Math.abs(toPlace(fromPlace(place, range), range) - place)).toBeLessThan(0.3)
      expect(stepped(setting.default, 1, range)).toBeGreaterThanOrEqual(setting.default)
    },
  )
  it('over decades keeps three digits, and steps by the last of them', () => {
    const range = rangeOf({ ...churn, min: 1e-6, max: 1, default: 1e-3, scale: 'log' })
    expect(snap(0.00123456, range)).toBe(0.00123)
    expect(fromPlace(0.5, range)).toBe(0.001)
    expect(stepped(0.001, 1, range)).toBe(0.00101)
    expect(stepped(0.5, -1, range)).toBe(0.499)
    expect(stepped(1, 1, range)).toBe(1)
  })
  it('has a step that its default keeps to', () => {
    expect(rangeOf({ ...churn, min: 0, max: 1, default: 0.5 }).step).toBe(0.001)
    expect(rangeOf(churn).step).toBe(0.1)
    expect(snap(1.003, rangeOf({ ...churn, min: 0, max: 100, default: 1.003 }))).toBe(1.003)
    expect(rangeOf({ ...churn, integer: true })).toEqual({ min: 0, max: 100, step: 1, scale: 'linear' })
  })
  it('over decades from 0 runs as a root, since a logarithm has no 0', () => {
    const range = rangeOf({ ...churn, max: 1000, default: 0.05, scale: 'log' })
    expect([fromPlace(0, range), fromPlace(0.1, range), fromPlace(0.5, range), fromPlace(1, range)]).toEqual([0, 0.1, 62.5, 1000])
    expect(toPlace(0.1, range)).toBeCloseTo(0.1, 12)
    expect(stepped(0, 1, range)).toBeGreaterThan(0)
    expect(snap(0.05, range)).toBe(0.05)
    expect(rangeOf({ ...churn, integer: true, scale: 'log' })).toMatchObject({ step: 1, scale: 'root' })
  })
  it('is written short', () => {
    expect([0.16, 40, 1e-5, 2e-4, 0.001, 0, 1 / 3].map(numberWords)).toEqual([
      '0.16',
      '40',
      '1e-5',
      '2e-4',
      '0.001',
      '0',
      '0.333333',
    ])
  })
})
