import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inpainters, samplers, walkRemark } from '../../src/core/index.ts'
import type { ModelTraits, Setting } from '../../src/core/types.ts'
import { axesOf } from '../../src/shared/axes.ts'
import { modelCard } from '../../src/shared/card.ts'
import { catalogues } from '../../src/renderer/i18n/index.ts'
import { saidIn } from '../../src/renderer/i18n/said.ts'
import { languages } from '../../src/renderer/state/preferences.ts'

/** Models that some method cannot be run on, one way or another. */
const hard: readonly ModelTraits[] = [
  { name: 'm', noise: 've', levels: 1, largest: 1, smallest: 1, between: false, perImageLevels: true, channels: 1 },
  { name: 'm', noise: 've', levels: 5, largest: 1, smallest: 0.1, between: false, perImageLevels: true, channels: 3 },
  { name: 'm', noise: 'vp', levels: 1000, largest: 80, smallest: 0.01, between: true, perImageLevels: false, channels: 1 },
] as unknown as readonly ModelTraits[]

const wordsOf = (setting: Setting): readonly string[] => [
  setting.label,
  setting.help,
  ...(setting.kind === 'choice'
    ? setting.choices.flatMap(({ label, help }) => (help === undefined ? [label] : [label, help]))
    : []),
]

const entries = [...Object.values(samplers), ...Object.values(inpainters)]
const methods = entries.flatMap((entry) => [
  entry.label,
  entry.help,
  ...(entry.plain === undefined ? [] : [entry.plain]),
  ...('onlyFromNoise' in entry && entry.onlyFromNoise !== undefined ? [entry.onlyFromNoise] : []),
  ...(entry.settings ?? []).flatMap(wordsOf),
  ...hard.flatMap((traits) => entry.refuses?.(traits) ?? []),
])
const settings = entries.flatMap((entry) => entry.settings ?? [])
const axes = (['generate', 'inpaint', 'forward'] as const).flatMap((of) => axesOf(of, settings).map(({ label }) => label))

const models = new URL('../../models/', import.meta.url).pathname
const cards = readdirSync(models).flatMap((id) => {
  const { name, provenance } = modelCard.parse(JSON.parse(readFileSync(`${models}${id}/model.json`, 'utf8')))
  const { licence, trainedOn, quality } = provenance
  return [name, licence, trainedOn, ...(quality === undefined ? [] : [quality])]
})

const shipped = JSON.parse(readFileSync(new URL('../../resources/samples/samples.json', import.meta.url), 'utf8')) as readonly {
  readonly name: string
  readonly credit: string
}[]
const samples = shipped.flatMap(({ name, credit }) => [name, credit])
const remarks = [
  { steps: 1, jumpLength: 5, resamples: 5 },
  { steps: 4, jumpLength: 5, resamples: 5 },
  { steps: 100, jumpLength: 10, resamples: 5, settings: { startResampling: 5 } },
].flatMap((walked) => Object.values(inpainters).flatMap((entry) => walkRemark(entry, walked) ?? []))

const all = [...new Set([...methods, ...axes, ...cards, ...samples, ...remarks])]
const others = languages.filter((language) => language !== 'en')
const known = (language: (typeof languages)[number], english: string) => {
  const table = catalogues[language].tables
  return Object.hasOwn(table, english) || saidIn(table, english) !== english
}

it('there is something to say, of every kind', () => {
  expect(entries.length).toBeGreaterThan(25)
  expect(methods.filter((sentence) => /^The model "m"|^m (takes|knows)/.test(sentence)).length).toBeGreaterThan(3)
  expect(cards.length).toBeGreaterThan(20)
  for (const room of [/ into 1 level,/, / into 4 levels,/, / into the last levels,/])
    expect(remarks.some((remark) => room.test(remark))).toBe(true)
})

it.each(others)('whatever the tables and the shipped cards bring to a screen is said in %s too', (language) => {
  expect(all.filter((english) => !known(language, english))).toEqual([])
})

it.each(others)('in %s nothing is left of what no table says any more', (language) => {
  // Values of fields, reasons of devices and what is said of files stand in no table: in the source that brings them.
  const files = [
    'shared/request',
    'core/timesteps',
    'core/levels',
    'core/inpaint/remark',
    'core/inpaint/jumps',
    'core/inpaint/repaint-diffusers',
    'backend/devices',
    'backend/engines',
    'imaging/decode',
    'imaging/save',
  ]
  const more = files.map((file) => readFileSync(new URL(`../../src/${file}.ts`, import.meta.url), 'utf8')).join('\n')
  const stale = Object.keys(catalogues[language].tables).filter((english) => {
    if (/\{\d\}/.test(english)) {
      const own = { [english]: '' }
      const fixed = english.split(/\{\d\}/).filter((part) => part.length > 8)
      return !fixed.some((part) => more.includes(part)) && all.every((sentence) => saidIn(own, sentence) === sentence)
    }
    return !all.includes(english) && !more.includes(`'${english}'`) && !more.includes(`  ${english}: `)
  })
  expect(stale).toEqual([])
})

it('holes are filled by their numbers, and what is not known stays', () => {
  const table = { 'The {1} of {2} (all).': 'Von {2} das {1}.', plain: 'einfach' }
  expect(saidIn(table, 'The end of a story (all).')).toBe('Von a story das end.')
  expect(saidIn(table, 'The end of a story, all.')).toBe('The end of a story, all.')
  expect(saidIn(table, 'plain')).toBe('einfach')
  expect(saidIn(table, 'toString')).toBe('toString')
})
