import { expect, it } from 'vitest'
import { generateRequest } from '../../src/shared/request.ts'
import type { GenerateRecipe } from '../../src/shared/recipe.ts'
import {
  fileFacts,
  pictureLabel,
  pictureWords,
  recipeFacts,
  settingsOf,
  sharedFacts,
  smallUrl,
} from '../../src/renderer/gallery/facts.ts'
import { catalogues } from '../../src/renderer/i18n/index.ts'
import { defaultSettings } from '../../src/renderer/state/generate.ts'
import { digits } from './support/fake-bridge.ts'
import { fakePicture } from './support/fake-library.ts'

const english = catalogues.en.gallery
const german = catalogues.de.gallery

const request = {
  model: 'mnist',
  sampler: 'ddim',
  steps: 50,
  eta: 0.2,
  spacing: 'leading',
  variance: 'small' as const,
  threshold: 'clip' as const,
  settings: {},
}
const recipe: GenerateRecipe = {
  format: 1,
  app: '0.1.0',
  kind: 'generate',
  model: { id: 'mnist', file: 'model.onnx', sha256: '0'.repeat(64) },
  device: 'cpu',
  provider: 'CPUExecutionProvider',
  onnxruntime: '1.30.0',
  noise: 1,
  sigmas: [1, 0],
  seed: 12,
  index: 3,
  batch: 16,
  width: 28,
  height: 28,
  nfe: 50,
  request,
}

it('a picture is told by what made it, a foreign one by its name', () => {
  expect(pictureWords(fakePicture(7), english)).toBe('DDIM 50 · seed 7')
  expect(pictureWords(fakePicture(7), german)).toBe('DDIM 50 · Startzahl 7')
  const foreign = fakePicture(7, { kind: 'other', model: null, method: null, steps: null, seed: null, name: 'beach.png' })
  expect(pictureWords(foreign, english)).toBe('beach.png')
  expect(pictureWords(fakePicture(7, { method: 'not-ours' }), english)).toBe('not-ours 50 · seed 7')
  expect(pictureLabel(fakePicture(7, { favourite: true, damaged: true }), english)).toBe(
    'mnist-7.png, DDIM 50 · seed 7, favourite, damaged',
  )
})

it('the recipe is said in the words of the settings, its own seed first', () => {
  const facts = recipeFacts(recipe, [digits], english.facts)
  expect(facts.slice(0, 5)).toEqual([
    ['Seed', '12'],
    ['Model', 'Handwritten digits'],
    ['Sampler', 'DDIM'],
    ['Steps', '50, leading'],
    ['Eta', '0.2'],
  ])
  expect(facts).toContainEqual(['Model calls', '50'])
  const between = { from: 'between', a: { from: 'seed', seed: 1 }, b: { from: 'seed', seed: 2 }, at: 0.25 } as const
  expect(recipeFacts({ ...recipe, start: between }, null, english.facts)).toContainEqual(['Began at', '25 % between two'])
})

it('its settings are those of the run, with the seed of this picture', () => {
  const taken = generateRequest.parse({ ...defaultSettings, ...settingsOf(recipe) })
  expect(taken).toMatchObject({ ...request, seed: 12, batch: 16, count: defaultSettings.count, device: 'auto' })
})

it('several pictures are said together', () => {
  const some = [fakePicture(1), fakePicture(2, { method: 'ddpm' }), fakePicture(3, { model: null, method: null })]
  expect(sharedFacts(some, [digits], english.facts)).toEqual([
    ['Model', 'Handwritten digits'],
    ['Method', '2 methods'],
    ['Files', '3 kB'],
  ])
})

it('a file that cannot be read has no size', () => {
  expect(fileFacts(fakePicture(1), english.facts).map(([label]) => label)).toEqual(['Size', 'File', 'Made', 'Folder'])
  expect(fileFacts(fakePicture(1, { width: 0, height: 0, folder: '' }), english.facts).map(([label]) => label)).toEqual([
    'File',
    'Made',
  ])
})

it('a small file is its own thumbnail, a large or a damaged one is not', () => {
  const picture = fakePicture(1)
  expect(smallUrl(picture)).toBe(picture.url)
  expect(smallUrl({ ...picture, height: 321 })).toBe(picture.thumb)
  expect(smallUrl({ ...picture, bytes: 1e6 })).toBe(picture.thumb)
  expect(smallUrl({ ...picture, width: 0, height: 0 })).toBe(picture.thumb)
})
