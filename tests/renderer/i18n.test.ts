import { describe, expect, it } from 'vitest'
import { catalogues, words, type Messages } from '../../src/renderer/i18n/index.ts'
import { languages, preferencesStore, screens } from '../../src/renderer/state/preferences.ts'

/** Does the compiler take this for a language? What is false here stops being so when a missing word no longer fails `tsc`. */
type IsLanguage<T> = T extends Messages ? true : false
const lackingPart: IsLanguage<Omit<Messages, 'menu'>> = false
const lackingWord: IsLanguage<Omit<Messages, 'menu'> & { menu: Omit<Messages['menu'], 'recent'> }> = false
const wrongKind: IsLanguage<Omit<Messages, 'sheet'> & { sheet: Omit<Messages['sheet'], 'count'> & { count: string } }> = false
const whole: IsLanguage<Messages> = true

it('a language that lacks a word is none to the compiler', () => {
  expect([lackingPart, lackingWord, wrongKind, whole]).toEqual([false, false, false, true])
})

/** Every word with the way to it. What functions say hangs on what they are given; that they are functions is the compiler's part. */
function said(value: unknown, way = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[way, value]]
  if (typeof value === 'function') return []
  return Object.entries(value as object).flatMap(([name, inner]) => said(inner, way === '' ? name : `${way}.${name}`))
}

describe.each(languages)('%s', (language) => {
  const all = said(catalogues[language])
  it('says something wherever English does, without blanks at its ends', () => {
    const english = new Map(said(catalogues.en))
    expect(all.length).toBeGreaterThan(100)
    expect(all.filter(([way, text]) => (text === '') !== (english.get(way) === '') || text !== text.trim())).toEqual([])
  })
  it('names the screens so that they fit on the rail', () => {
    for (const screen of screens) expect(catalogues[language].screens[screen].length).toBeLessThanOrEqual(9)
  })
  it('gives each menu of the bar a letter of its own, and no other word an &', () => {
    const letters = all.flatMap(([, text]) => /&(\p{L})/u.exec(text)?.[1]?.toLowerCase() ?? [])
    expect(new Set(letters).size).toBe(letters.length)
    expect(all.filter(([way, text]) => text.includes('&') !== /^menu\.(file|edit|view|run|window|help)$/.test(way))).toEqual([])
  })
})

it('the words are those of the chosen language at the moment they are said', () => {
  preferencesStore.setState({ language: 'de' })
  expect(words().commands['mask.undo']).toBe('Rückgängig')
  preferencesStore.setState({ language: 'en' })
  expect(words().commands['mask.undo']).toBe('Undo')
})
