import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { spokenIn } from './support/spoken.ts'

/** Folders of src/renderer whose every word comes from the catalogue. A screen joins when the last of its words has moved there. */
const folders: readonly string[] = ['compare', 'editor', 'frame', 'gallery', 'generate', 'inpaint', 'settings', 'ui', 'way']

/** The same in every language: units, formats and names. */
const anywhere = /^(px|PNG|TIFF|WebP|JPEG|· sha256|Palimpsest)$/

/** What stands in the source all the same, by file, since no user reads it: style, selectors, and parts of errors. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'editor/png.ts': [
    'does not begin like a PNG',
    'is cut short',
    'is not 8-bit grey without interlacing',
    'has no picture',
    'has a wrong number of bytes',
    'has the unknown filter',
  ],
  'editor/stage-windows.ts': ['Inter Variable, Inter, system-ui, sans-serif'],
  'frame/CommandPalette.tsx': ['input, button:enabled'],
  // Names of keys, which keyNames knows.
  'frame/sheet.ts': ['Ctrl Alt'],
  'frame/useTheme.ts': ['(prefers-color-scheme: light)', '(prefers-contrast: more), (forced-colors: active)'],
  'inpaint/HeatLegend.tsx': ['linear-gradient(to right,'],
}

const root = new URL('../../src/renderer/', import.meta.url).pathname

describe.each(folders)('%s', (folder) => {
  const files = readdirSync(join(root, folder)).filter((file) => /\.tsx?$/.test(file))
  it('has sources', () => {
    expect(files.length).toBeGreaterThan(0)
  })
  it.each(files)('%s says nothing of its own', (file) => {
    const known = new Set(allowed[`${folder}/${file}`])
    const spoken = spokenIn(readFileSync(join(root, folder, file), 'utf8'), file).filter(({ text }) => !anywhere.test(text))
    expect(spoken.filter(({ text }) => !known.has(text))).toEqual([])
    // What is no longer said is no longer allowed.
    expect([...known].filter((text) => spoken.every((one) => one.text !== text))).toEqual([])
  })
})

describe('what counts as said in the source', () => {
  const heard = (source: string) => spokenIn(source, 'a.tsx').map(({ text }) => text)
  it('text of an element and what an expression in it comes to', () => {
    expect(heard('const a = <p>Hello {b} there</p>')).toEqual(['Hello', 'there'])
    expect(heard("const a = <p>{kept ? 'Kept' : 'Keep'}</p>")).toEqual(['Kept', 'Keep'])
    expect(heard('const a = <p>{`step ${n} of ${m}`}</p>')).toEqual(['step', 'of'])
    expect(heard("const a = <>{tool === 'hand' ? t.hand : ' · '}</>")).toEqual([])
  })
  it('attributes for eye and ear', () => {
    expect(heard('const a = <b aria-label="Close" className="row" title={x ? `Reset ${y}` : undefined} />')).toEqual([
      'Close',
      'Reset',
    ])
    expect(heard('const a = <Item label={t.close} kind="quiet" onClick={() => go("left")} />')).toEqual([])
  })
  it('labels in a table and words of a message', () => {
    expect(heard("const all = [{ value: 'png', label: 'Picture' }]; notify('Saved', 'good')")).toEqual(['Picture', 'Saved'])
  })
  it('a sentence wherever it stands, but of an error', () => {
    expect(heard("const why = () => 'This model is not known.'")).toEqual(['This model is not known.'])
    expect(heard("throw new PalimpsestError('request', 'This model is not known.')")).toEqual([])
  })
})
