import { expect, it } from 'vitest'
import { preferencesStore } from '../../src/renderer/state/preferences.ts'
import { anyDate, dateRange, dateWords } from '../../src/renderer/state/gallery-dates.ts'

const noon = new Date(2026, 10, 22, 12, 30)
const day = (month: number, date: number) => new Date(2026, month - 1, date).getTime()

it('days are the user’s own, from midnight to midnight', () => {
  expect(dateRange(anyDate, noon)).toEqual({})
  expect(dateRange({ ...anyDate, preset: 'today' }, noon)).toEqual({ from: day(11, 22) })
  expect(dateRange({ ...anyDate, preset: 'week' }, noon)).toEqual({ from: day(11, 16) })
  expect(dateRange({ ...anyDate, preset: 'month' }, noon)).toEqual({ from: day(10, 24) })
})
it('a span has both of its days, and may be open', () => {
  const own = (first: string, last: string) => dateRange({ preset: 'own', first, last }, noon)
  expect(own('2026-11-01', '2026-11-02')).toEqual({ from: day(11, 1), until: day(11, 3) })
  expect(own('', '2026-12-31')).toEqual({ until: new Date(2027, 0, 1).getTime() })
  expect(own('2026-02-28', '')).toEqual({ from: day(2, 28) })
  expect(own('', '')).toEqual({})
  expect(own('soon', 'then')).toEqual({})
})
it('is said in words', () => {
  expect(dateWords(anyDate)).toBe('Any date')
  expect(dateWords({ preset: 'own', first: '', last: '' })).toBe('Any date')
  expect(dateWords({ preset: 'own', first: '2026-11-01', last: '' })).toBe('Since 2026-11-01')
  expect(dateWords({ preset: 'own', first: '2026-11-01', last: '2026-11-01' })).toBe('2026-11-01')
  preferencesStore.setState({ language: 'de' })
  expect(dateWords({ preset: 'own', first: '2026-11-01', last: '2026-11-03' })).toBe('2026-11-01 bis 2026-11-03')
  preferencesStore.setState({ language: 'en' })
})
