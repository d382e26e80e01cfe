import { describe, expect, it } from 'vitest'
import { keepsValues, parseSaving, promiseOf, proofOf } from '../../src/renderer/inpaint/saving.ts'
import { saveSettings } from '../../src/shared/request.ts'

const settings = (given: object) => saveSettings.parse(given)
const saved = { sha256: '', bytes: 1, keeps: true, changedOutside: 0, blended: 100, pixels: 1000, notices: [] }

describe('saving', () => {
  it('promises exact pixels for a format that keeps them, and for no other', () => {
    for (const depth of [8, 16] as const) {
      for (const format of ['png', 'tiff'] as const) {
        expect(keepsValues(settings({ format }), depth)).toBe(true)
        expect(promiseOf(settings({ format }), depth)).toContain('kept exactly')
      }
      for (const lossy of [settings({ format: 'jpeg' }), settings({ format: 'webp', lossless: false })]) {
        expect(keepsValues(lossy, depth)).toBe(false)
        expect(promiseOf(lossy, depth)).toContain('encodes every pixel anew')
      }
    }
    expect(promiseOf(settings({ format: 'webp' }), 8)).toContain('kept exactly')
    expect(promiseOf(settings({ format: 'webp' }), 16)).toContain('rounded')
  })

  it('shows the count only of a file that keeps the values, and only where it was counted', () => {
    expect(proofOf(saved)).toEqual({ changed: 0, of: '900' })
    expect(proofOf({ ...saved, changedOutside: 3 })).toEqual({ changed: 3, of: '900' })
    expect(proofOf({ ...saved, keeps: false, changedOutside: 900 })).toBeUndefined()
    expect(proofOf({ ...saved, changedOutside: null })).toBeUndefined()
  })

  it('remembers what was chosen, but never that the place is wanted, and nothing that is wrong', () => {
    expect(parseSaving({ format: 'jpeg', quality: 70, exif: true, gps: true })).toEqual(
      settings({ format: 'jpeg', quality: 70, exif: true }),
    )
    expect(parseSaving({ format: 'bmp', quality: 900, unknown: 1, lossless: false })).toEqual(settings({ lossless: false }))
    expect(parseSaving({ what: 'layer', format: 'jpeg' })).toEqual(settings({ what: 'layer' }))
  })
})
