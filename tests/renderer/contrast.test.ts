import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** WCAG 2.2 contrast of the tokens, read from tokens.css itself: text 4.5, parts of controls 3. */
const css = readFileSync(new URL('../../src/renderer/theme/tokens.css', import.meta.url), 'utf8')

function tokensOf(theme: string): Record<string, string> {
  const block = new RegExp(`data-theme='${theme}'\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]))
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

it('the comparer knows black on white and one grey on itself', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 6)
  expect(contrast('#777777', '#777777')).toBe(1)
})

describe.each(['dark', 'light', 'contrast'])('the %s theme', (theme) => {
  const tokens = tokensOf(theme)
  const grounds = ['bg', 'canvas', 'panel', 'raised', 'hover']
  it.each(['text', 'muted', 'faint', 'accent-ink', 'good', 'bad'].flatMap((ink) => grounds.map((ground) => [ink, ground])))(
    '%s is legible on %s',
    (ink, ground) => expect(contrast(tokens[ink ?? ''], tokens[ground ?? ''])).toBeGreaterThanOrEqual(4.5),
  )
  it('text on the accent is legible', () => expect(contrast(tokens['accent-text'], tokens['accent'])).toBeGreaterThanOrEqual(4.5))
  it.each(['accent', 'control-line'])('%s can be told from the panel', (part) =>
    expect(contrast(tokens[part], tokens['panel'])).toBeGreaterThanOrEqual(3),
  )
})
