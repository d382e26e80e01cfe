import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** WCAG 2.2 contrast of the tokens, read from tokens.css itself: text 4.5, parts of controls 3. */
const css = readFileSync(new URL('../../src/renderer/theme/tokens.css', import.meta.url), 'utf8')

function tokensOf(theme: string): Record<string, string> {
  const block = new RegExp(`data-theme='${theme}'\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]))
}

/** A colour with an alpha, as "rgba(r, g, b, a)", over an opaque one. */
function over(soft: string | undefined, ground: string | undefined): string {
  const [r = NaN, g = NaN, b = NaN, alpha = NaN] = [...(soft ?? '').matchAll(/[\d.]+/g)].map(Number)
  const mixed = [r, g, b].map((part, i) => {
    const below = parseInt((ground ?? '').slice(1 + 2 * i, 3 + 2 * i), 16)
    return Math.round(part * alpha + below * (1 - alpha))
  })
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
  const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * (r ?? NaN) + 0.7152 * (g ?? NaN) + 0.0722 * (b ?? NaN)
}

function contrast(one: string | undefined, other: string | undefined): number {
  const [low, high] = [luminance(one ?? ''), luminance(other ?? '')].toSorted((a, b) => a - b)
  return ((high ?? NaN) + 0.05) / ((low ?? NaN) + 0.05)
}

it('the comparer knows black on white and one grey on itself, and what lies over what', () => {
  expect(over('rgba(255, 0, 0, 0.5)', '#000000')).toBe('#800000')
  expect(over('rgba(10, 20, 30, 1)', '#ffffff')).toBe('#0a141e')
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 6)
  expect(contrast('#777777', '#777777')).toBe(1)
})

const themes = ['dark', 'light', 'contrast']

it('every theme has every colour, and so have the forced ones of the system', () => {
  const names = Object.keys(tokensOf('dark')).toSorted()
  expect(names.length).toBeGreaterThan(15)
  for (const theme of themes) expect(Object.keys(tokensOf(theme)).toSorted()).toEqual(names)
  const forced = /forced-colors: active\)\s*\{\s*:root\[data-theme\]\s*\{([^}]*)\}/.exec(css)?.[1] ?? ''
  expect([...forced.matchAll(/--([\w-]+):/g)].map(([, name = '']) => name).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(names)
})

it('a caption is legible on a picture of any colour', () => {
  const { caption, 'caption-ground': ground } = Object.fromEntries(
    [...css.matchAll(/--(caption[\w-]*):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
  ) as Record<string, string>
  for (const picture of ['#ffffff', '#000000', '#ffff00'])
    expect(contrast(caption, over(ground, picture))).toBeGreaterThanOrEqual(4.5)
})

describe('the contrast theme', () => {
  const tokens = tokensOf('contrast')
  const grounds = ['bg', 'canvas', 'panel', 'raised', 'hover']
  it.each(['text', 'muted', 'faint', 'accent-ink', 'good', 'bad'].flatMap((ink) => grounds.map((ground) => [ink, ground])))(
    'has %s on %s at 7 to 1, as AAA asks',
    (ink, ground) => expect(contrast(tokens[ink ?? ''], tokens[ground ?? ''])).toBeGreaterThanOrEqual(7),
  )
  it.each(['line', 'line-strong', 'control-line', 'accent'].flatMap((part) => grounds.map((ground) => [part, ground])))(
    'draws %s so that it is seen on %s',
    (part, ground) => expect(contrast(tokens[part ?? ''], tokens[ground ?? ''])).toBeGreaterThanOrEqual(3),
  )
})

describe.each(themes)('the %s theme', (theme) => {
  const tokens = tokensOf(theme)
  const grounds = ['bg', 'canvas', 'panel', 'raised', 'hover']
  it.each(['text', 'muted', 'faint', 'accent-ink', 'good', 'bad'].flatMap((ink) => grounds.map((ground) => [ink, ground])))(
    '%s is legible on %s',
    (ink, ground) => expect(contrast(tokens[ink ?? ''], tokens[ground ?? ''])).toBeGreaterThanOrEqual(4.5),
  )
  it.each(['panel', 'raised', 'canvas'])('what is chosen, and what went wrong, is legible over %s', (ground) => {
    for (const ink of ['text', 'accent-ink'])
      expect(contrast(tokens[ink], over(tokens['accent-soft'], tokens[ground]))).toBeGreaterThanOrEqual(4.5)
    for (const ink of ['text', 'bad'])
      expect(contrast(tokens[ink], over(tokens['bad-soft'], tokens[ground]))).toBeGreaterThanOrEqual(4.5)
  })
  it('text on the accent is legible', () => expect(contrast(tokens['accent-text'], tokens['accent'])).toBeGreaterThanOrEqual(4.5))
  it.each(['accent', 'control-line'])('%s can be told from the panel', (part) =>
    expect(contrast(tokens[part], tokens['panel'])).toBeGreaterThanOrEqual(3),
  )
})
