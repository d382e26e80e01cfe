import { describe, expect, it } from 'vitest'
import type { CompareReport } from '../../src/backend/compare/record.ts'
import { sheetOf } from '../../src/backend/compare/sheet.ts'
import type { CompareRequest } from '../../src/shared/compare.ts'
import { generateRequest, inpaintSettings } from '../../src/shared/request.ts'

const models = new Map([
  ['mnist', 'Handwritten digits'],
  ['mnist-ncsn', 'Digits, sigma 1'],
])
const cell = (pictures: number, width: number) => ({
  values: {},
  words: '',
  nfe: 10,
  milliseconds: 12,
  device: 'cpu',
  pictures: Array.from({ length: pictures }, (_, i) => ({
    file: `${i}.png`,
    seed: i,
    width,
    height: width,
    sha256: '',
    pixels: '',
  })),
})
const sheet = (request: CompareRequest, cells: CompareReport['cells'] = []) =>
  sheetOf(
    { palimpsest: 'compare', format: 1, app: '1', request, cells, notices: [] },
    (file) => file,
    (photo) => `${photo}.jpg`,
    models,
  )

describe('the sheet of a comparison', () => {
  it('says what all cells share, by the names the screen has for it, and which models they are', () => {
    const settings = generateRequest.parse({
      model: 'mnist-ncsn',
      sampler: 'annealed-langevin',
      steps: 10,
      count: 4,
      seed: 7,
      settings: { stepSize: 2e-5 },
    })
    const axes = [
      { name: 'model', values: ['mnist-ncsn', 'mnist'] },
      { name: 'innerSteps', values: [50, 100] },
    ]
    const { title, legend } = sheet({ of: 'generate', settings, axes }, [cell(4, 28), cell(4, 28)])
    expect(title).toBe('Comparison of model and steps at each level')
    expect(legend).toEqual([
      'sampler annealed-langevin · steps 10 · step size 0.00002 · clean up at the end on · seed 7',
      'mnist-ncsn: Digits, sigma 1',
      'mnist: Handwritten digits',
      'The same noise in every cell · 2 cells of 4 · 80 model calls on cpu · Palimpsest 1',
    ])
  })

  it('says of fills the method with its jumps, the photograph and the mask, and of a way to noise neither steps nor method', () => {
    const settings = inpaintSettings.parse({ model: 'mnist', method: 'repaint', steps: 25, jumpLength: 5, resamples: 3, seed: 2 })
    const axes = [{ name: 'seed', values: [2, 3] }]
    expect(sheet({ of: 'inpaint', settings, photo: 'cat', mask: 'top', axes }).legend[0]).toMatch(
      /^model mnist · method repaint · steps 25 · (?=.*jump length 5)(?=.*resamples 3).* · photograph cat\.jpg · mask top$/,
    )
    const forward = sheet({
      of: 'forward',
      settings: generateRequest.parse({ model: 'mnist', seed: 2 }),
      photo: 'cat',
      axes: [{ name: 'level', values: [0, 1] }],
    })
    expect(forward.legend[0]).toBe('model mnist · seed 2 · photograph cat.jpg')
  })

  it('enlarges small pictures by whole numbers, and takes large ones at the size of a cell', () => {
    const settings = generateRequest.parse({ model: 'mnist' })
    const sizeOf = (pictures: number, width: number, cells = 1) =>
      sheet(
        { of: 'generate', settings, axes: [] },
        Array.from({ length: cells }, () => cell(pictures, width)),
      ).cell
    for (const pictures of [1, 4, 16]) {
      const across = Math.sqrt(pictures)
      expect(((sizeOf(pictures, 28) - 2 * (across - 1)) / across) % 28).toBe(0)
    }
    expect(sizeOf(16, 28)).toBeGreaterThan(4 * 28 + 6)
    expect(sizeOf(1, 512)).toBe(sizeOf(0, 0))
    expect(sizeOf(1, 28, 5000)).toBeLessThan(sizeOf(1, 28, 10))
  })
})
