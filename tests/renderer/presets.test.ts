import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { modelCard } from '../../src/shared/card.ts'
import { dynamicDefaults, generateRequest } from '../../src/shared/request.ts'
import { planRun } from '../../src/renderer/generate/plan.ts'
import { surprise } from '../../src/renderer/generate/surprise.ts'
import { catalogues } from '../../src/renderer/i18n/index.ts'
import { defaultSettings, generateStore, requestOf, type DrawingModel } from '../../src/renderer/state/generate.ts'
import {
  applyPreset,
  asPreset,
  fits,
  forgetPreset,
  keepPreset,
  modelFor,
  parsePresets,
  presetOf,
  presetRequest,
  presets,
  presetStore,
} from '../../src/renderer/state/presets.ts'
import { roughly } from '../../src/renderer/state/rough.ts'
import { digits } from './support/fake-bridge.ts'

const root = new URL('../../models/', import.meta.url).pathname
const shipped: readonly DrawingModel[] = readdirSync(root).flatMap((id) => {
  const card = modelCard.parse(JSON.parse(readFileSync(`${root}${id}/model.json`, 'utf8')))
  return card.task === 'denoiser' ? [{ ...digits, id, card }] : []
})
const [mnist, score] = ['mnist', 'mnist-ncsn'].map((id) => shipped.find((model) => model.id === id)) as [DrawingModel, DrawingModel]
const usual = { ...defaultSettings, model: 'mnist' }

afterEach(() => {
  presetStore.setState({ own: [] })
  generateStore.setState({ settings: defaultSettings, own: {} })
})

describe('a preset', () => {
  it.each(presets.map((preset) => [preset.id, preset] as const))(
    '%s has a name, a model that ships, and is found again',
    (id, preset) => {
      expect(catalogues.en.generate.presets.names).toHaveProperty(id)
      const model = modelFor(preset, mnist, shipped)
      if (model === undefined) throw new Error(`no model for ${id}`)
      const request = presetRequest(preset, usual, model)
      // What it says is what is run: nothing of it is bent by the model.
      expect(request).toMatchObject({ sampler: preset.settings.sampler, eta: preset.settings.eta })
      expect(planRun(request, model.card)).not.toHaveProperty('problem')
      expect(presetOf(presets, request, model)?.id).toBe(id)
      expect(presetOf(presets, { ...request, steps: 7, settings: {}, sampler: 'heun' }, model)).toBeUndefined()
    },
  )
  it('leaves model, seed, count and device alone, and ends a budget of calls', () => {
    generateStore.setState({
      settings: { ...usual, seed: 5, count: 3, device: 'cpu', nfe: 30, threshold: 'dynamic', dynamic: dynamicDefaults },
    })
    const preset = presets.find(({ id }) => id === 'everyday')
    if (preset === undefined) throw new Error('none')
    applyPreset(preset, mnist)
    const { settings } = generateStore.getState()
    expect(settings).toMatchObject({
      model: 'mnist',
      seed: 5,
      count: 3,
      device: 'cpu',
      sampler: 'unipc',
      steps: 20,
      threshold: 'auto',
    })
    expect([settings.nfe, settings.dynamic]).toEqual([undefined, undefined])
    expect(requestOf(settings, mnist)).toEqual(presetRequest(preset, settings, mnist))
  })
  it('for the other kind of noise takes a model of that kind, and none where there is none', () => {
    const ncsn = presets.find(({ id }) => id === 'ncsn')
    if (ncsn === undefined) throw new Error('none')
    expect(fits(ncsn, mnist)).toBe(false)
    expect(modelFor(ncsn, mnist, shipped)?.card.noise.kind).toBe('ve')
    expect(modelFor(ncsn, score, shipped)?.id).toBe(score.id)
    expect(modelFor(ncsn, mnist, [mnist])).toBeUndefined()
  })
})

describe("the user's own", () => {
  it('are kept by their name, replaced in their place, forgotten and brought back', () => {
    const request = (steps: number) => generateRequest.parse({ model: 'mnist', steps, seed: 9 })
    keepPreset('one', request(11))
    keepPreset('two', request(12))
    keepPreset('one', request(13))
    expect(presetStore.getState().own.map(({ name, settings }) => [name, settings.steps])).toEqual([
      ['one', 13],
      ['two', 12],
    ])
    expect(presetStore.getState().own[0]?.settings).not.toHaveProperty('seed')
    const back = forgetPreset('one')
    expect(presetStore.getState().own.map(({ name }) => name)).toEqual(['two'])
    back()
    expect(presetStore.getState().own.map(({ name }) => name)).toEqual(['one', 'two'])
  })
  it('win over ours that come to the same', () => {
    const fifty = presets.find(({ id }) => id === 'ddim-50')
    if (fifty === undefined) throw new Error('none')
    keepPreset('mine', presetRequest(fifty, usual, mnist))
    const all = [...presets, ...presetStore.getState().own.map(asPreset)]
    expect(presetOf(all, presetRequest(fifty, usual, mnist), mnist)?.id).toBe('own:mine')
  })
  it('come back from storage, each wrong one forgotten by itself', () => {
    keepPreset('one', generateRequest.parse({ model: 'm', steps: 11 }))
    const text = JSON.stringify([...presetStore.getState().own, { name: '', settings: {} }, { name: 'x' }, 3])
    expect(parsePresets(text)).toEqual(presetStore.getState().own)
    for (const wrong of [null, '{', '{}', '7']) expect(parsePresets(wrong)).toEqual([])
  })
})

describe('a surprise', () => {
  const chances = [0, 0.2, 0.4, 0.6, 0.8, 0.999]
  it.each(shipped.map((model) => [model.id, model] as const))(
    'with %s is another way, soon there, and what is shown',
    (_id, model) => {
      for (const chance of chances) {
        const made = surprise(usual, model, chance, 77)
        expect(made).toMatchObject({ model: model.id, seed: 77 })
        // Sent as it stands in the controls.
        expect(requestOf(made, model)).toEqual(made)
        expect(made.steps).toBeLessThanOrEqual(100)
        expect([16, 9, 4, 1]).toContain(made.count)
        const next = surprise(made, model, chance, 78)
        expect(presetOf(presets, next, model)?.id).not.toBe(presetOf(presets, made, model)?.id)
      }
    },
  )
  it('is made in more than one way', () => {
    const ways = chances
      .map((chance) => surprise(usual, mnist, chance, 1))
      .map(({ sampler, steps, eta }) => `${sampler} ${steps} ${eta}`)
    expect(new Set(ways).size).toBeGreaterThan(2)
  })
  it('is of fewer pictures where they are large', () => {
    const photo = shipped.find(({ id }) => id === 'photo')
    if (photo === undefined) throw new Error('none')
    const most = (model: DrawingModel) => Math.max(...chances.map((chance) => surprise(usual, model, chance, 1).count))
    expect(most(photo)).toBeLessThan(most(mnist))
  })
})

it('a reckoned time has no more digits than it deserves', () => {
  const said = [0.04, 0.31, 0.94, 0.96, 7.4, 9.6, 12, 43, 58, 130, 599, 700, 3599, 5000, 9100].map(roughly)
  expect(said).toEqual([0.1, 0.3, 0.9, 1, 7, 10, 10, 45, 60, 120, 600, 600, 3600, 5400, 9000])
})
