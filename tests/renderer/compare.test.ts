import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { along, polyline, scaleFor, ticks } from '../../src/renderer/compare/curves.ts'
import { differenceInto, measured } from '../../src/renderer/compare/difference.ts'
import { draftOf, emptyDraft, firstText, readAxis, requestOf, shapesOf, toggled } from '../../src/renderer/compare/draft.ts'
import { eightPictures, experiments, type Known } from '../../src/renderer/compare/experiments.ts'
import { captionLines, gap, gridLayout, inSight, movedCell } from '../../src/renderer/compare/layout.ts'
import { levelsOf, stepAt } from '../../src/renderer/compare/lock-step.ts'
import { maskPresetNames } from '../../src/renderer/compare/masks.ts'
import { over } from '../../src/renderer/compare/run-experiment.ts'
import { parseDraft } from '../../src/renderer/compare/session.ts'
import { clearShare } from '../../src/renderer/compare/words.ts'
import { panned, placed, whole, zoomed } from '../../src/renderer/compare/zoom.ts'
import { appStore } from '../../src/renderer/state/store.ts'
import type { WayStep } from '../../src/renderer/way/way.ts'
import type { Job } from '../../src/shared/api.ts'
import { compareRequest, type CompareAxis } from '../../src/shared/compare.ts'

const axis = (name: string, length: number): CompareAxis => ({ name, values: Array.from({ length }, (_, i) => i) })

function grouped<P extends { readonly y: number }>(placed: readonly P[]): Map<number, P[]> {
  const rows = new Map<number, P[]>()
  for (const one of placed) rows.set(one.y, [...(rows.get(one.y) ?? []), one])
  return rows
}

describe('the grid on the screen', () => {
  const anyAxes = fc
    .array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 3 })
    .map((lengths) => lengths.map((length, i) => axis(`a${i}`, length)))

  it('has every cell once, none over another, all inside', () => {
    fc.assert(
      fc.property(
        anyAxes,
        fc.integer({ min: 300, max: 3000 }),
        fc.double({ min: 0.4, max: 2.5, noNaN: true }),
        (axes, width, aspect) => {
          const layout = gridLayout(axes, { width, height: 900 }, aspect)
          expect(layout.cells.every(({ cell }, i) => cell === i)).toBe(true)
          expect(new Set(layout.cells.map(({ x, y }) => `${x} ${y}`)).size).toBe(layout.cells.length)
          const inside = layout.cells.filter(
            (one) => one.x + one.width <= layout.width + 1e-9 && one.y + one.height <= layout.height + 1e-9,
          )
          expect(inside).toHaveLength(layout.cells.length)
          const rows = grouped(layout.cells)
          for (const row of rows.values())
            expect(row.every((one, i) => i === 0 || one.x - (row[i - 1]?.x ?? 0) === one.width + gap)).toBe(true)
          const tops = [...rows.keys()]
          expect(tops.every((y, i) => i === 0 || y - (tops[i - 1] ?? 0) >= (layout.cells[0]?.height ?? 0) + gap)).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('of ten thousand cells mounts those in sight alone', () => {
    const layout = gridLayout([axis('a', 100), axis('b', 100)], { width: 1200, height: 800 }, 1)
    const seen = inSight(layout.cells, { left: 0, top: 4000, width: 1200, height: 800 })
    expect(seen.length).toBeGreaterThan(50)
    expect(seen.length).toBeLessThan(400)
    expect(seen.every(({ y, height }) => y + height >= 3760 && y <= 5040)).toBe(true)
  })

  it('has room for words below the pictures, and none where there is nothing to say', () => {
    const axes = [axis('a', 3), axis('b', 4)]
    const heights = ([0, 1, 2] as const).map((lines) => {
      const [first] = gridLayout(axes, { width: 900, height: 4000 }, 0.5, lines).cells
      expect((first?.height ?? 0) - (first?.caption ?? 0)).toBe(Math.round((first?.width ?? 0) / 2))
      return first?.caption ?? 0
    })
    expect(heights).toEqual(heights.toSorted((a, b) => a - b))
    expect(new Set(heights).size).toBe(3)
    expect([captionLines('generate', axes, 1), captionLines('generate', axes, 16), captionLines('forward', axes, 1)]).toEqual([
      1, 2, 0,
    ])
    // A single long axis is wrapped, and its values stand with the cells.
    expect(captionLines('forward', [axis('level', 30)], 1)).toBe(2)
  })

  it('is walked by arrows from row to row, and stops at its ends', () => {
    const layout = gridLayout([axis('a', 3), axis('b', 4)], { width: 900, height: 700 }, 1)
    expect([movedCell('ArrowRight', 0, layout), movedCell('ArrowDown', 1, layout), movedCell('End', 0, layout)]).toEqual([1, 5, 11])
    expect([movedCell('ArrowUp', 2, layout), movedCell('ArrowLeft', 0, layout), movedCell('x', 0, layout)]).toEqual([
      2,
      0,
      undefined,
    ])
  })
})

describe('the controls', () => {
  it('come to the request that they show, and a request comes back into them', () => {
    const made = requestOf({ ...emptyDraft, generate: { ...emptyDraft.generate, model: 'mnist' } })
    if ('problem' in made) throw new Error(made.problem)
    expect(made.request).toMatchObject({
      of: 'generate',
      settings: { model: 'mnist', trace: true },
      axes: [
        { name: 'steps', values: [5, 10, 20, 50] },
        { name: 'eta', values: [0, 0.2, 0.5, 0.75, 1] },
      ],
    })
    expect(requestOf(draftOf(emptyDraft, made.request))).toEqual(made)
  })

  it('say which axis is wrong, and that a photograph is wanted', () => {
    const wrong = { ...emptyDraft, axes: { ...emptyDraft.axes, generate: [{ name: 'steps', text: '5,x' }] } }
    expect(requestOf(wrong)).toEqual({ problem: 'Steps: "x" is no number and no range like 0-1 [5].' })
    expect(requestOf({ ...emptyDraft, of: 'forward' })).toEqual({ problem: 'Open a photograph first.' })
    expect(requestOf({ ...emptyDraft, axes: { ...emptyDraft.axes, generate: [] } })).toEqual({
      problem: 'Choose what is to be varied.',
    })
  })

  it('begin every axis there is with values that can be read', () => {
    for (const of of ['generate', 'inpaint', 'forward'] as const)
      for (const { name } of shapesOf(of)) {
        if (name === 'photo') continue
        expect([name, readAxis(of, { name, text: firstText(of, name, ['mnist', 'photo']) })]).toEqual([
          name,
          { values: expect.anything() as unknown },
        ])
      }
  })

  it('put a word into an axis and take it out', () => {
    expect(toggled('ddim,ddpm', 'heun')).toBe('ddim,ddpm,heun')
    expect(toggled('ddim,ddpm', 'ddim')).toBe('ddpm')
    expect(toggled('', 'ddim')).toBe('ddim')
  })

  it('fall back part by part where what was stored is wrong', () => {
    expect(parseDraft('{"of":"inpaint","record":false,"axes":{"inpaint":[{"name":"steps","text":"5"}],"generate":7}}')).toEqual({
      ...emptyDraft,
      of: 'inpaint',
      record: false,
      axes: { ...emptyDraft.axes, inpaint: [{ name: 'steps', text: '5' }] },
    })
    expect(parseDraft('no JSON')).toEqual(emptyDraft)
  })
})

describe('the experiments', () => {
  const known: Known = {
    models: [
      { id: 'mnist', noise: 'vp', levels: 1000, channels: 1, anySize: false },
      { id: 'ncsn', noise: 've', levels: 10, channels: 1, anySize: false },
      { id: 'wide', noise: 've', levels: 10, channels: 1, anySize: false },
      { id: 'faces', noise: 'vp', levels: 1000, channels: 3, anySize: false },
      { id: 'photo', noise: 'vp', levels: 1000, channels: 3, anySize: true },
    ],
    seed: 7,
    device: 'cpu',
    photos: Array.from({ length: 8 }, (_, i) => `photo-${i}`),
    photo: 'mine',
  }

  it('are requests that the boundary takes', () => {
    for (const { id, request } of experiments) {
      const made = request(known)
      expect([id, made !== undefined && compareRequest.safeParse(made).success]).toEqual([id, true])
    }
    const halves = experiments.find(({ id }) => id === 'halves')?.request(known)
    expect(halves?.axes.map(({ values }) => values.length)).toEqual([4, 8])
    const grid = experiments.find(({ id }) => id === 'steps-eta')?.request(known)
    expect(grid?.axes.map(({ values }) => values)).toEqual([
      [5, 10, 20, 50],
      [0, 0.2, 0.5, 0.75, 1],
    ])
  })

  it('run on the device that is chosen for all screens, and on photographs with a model of any size', () => {
    const made = experiments.map(({ request }) => request(known))
    expect(new Set(made.map((request) => request?.settings.device))).toEqual(new Set(['cpu']))
    expect(eightPictures('mnist', known).device).toBe('cpu')
    for (const id of ['triptych', 'forward'])
      expect(experiments.find((one) => one.id === id)?.request(known)?.settings.model).toBe('photo')
  })

  it('show three ways that the model for photographs fills well, and others as their papers have them', () => {
    const triptych = (models: typeof known.models) => experiments.find(({ id }) => id === 'triptych')?.request({ ...known, models })
    const photo = triptych(known.models)
    expect(photo).toMatchObject({ mask: 'thin-strokes', settings: { start: 'quick', eta: 1, spacing: 'exponential' } })
    expect(maskPresetNames).toContain(photo?.of === 'inpaint' ? photo.mask : '')
    const digits = triptych(known.models.filter(({ anySize }) => !anySize))
    expect(digits).toMatchObject({ mask: 'centre', settings: { start: 'noise', steps: 25 } })
  })

  it('wait for pictures until they are drawn, or taken off the list', async () => {
    const job = (id: string, status: string) => ({ id, status }) as Job
    const say = (...jobs: readonly Job[]) => appStore.setState({ jobs: Object.fromEntries(jobs.map((one) => [one.id, one])) })
    say()
    const [drawn, removed] = [over('a'), over('b')]
    say(job('a', 'queued'), job('b', 'queued'))
    say(job('a', 'done'))
    expect(await removed).toBeUndefined()
    expect((await drawn)?.status).toBe('done')
    // Ended before anyone asked.
    expect((await over('a'))?.status).toBe('done')
    say()
  })

  it('are none where no model is made for them', () => {
    const able = experiments.filter(({ request }) => request({ ...known, models: known.models.slice(0, 1) }) !== undefined)
    expect(able.map(({ id }) => id).filter((id) => id.startsWith('ncsn'))).toEqual([])
    expect(able.map(({ id }) => id)).toContain('ddpm-ddim')
  })
})

describe('the look that all panes share', () => {
  const picture = { width: 28, height: 56 }
  const pane = { width: 400, height: 300 }

  it('keeps the point under the pointer where it is, as long as no edge is in the way', () => {
    const at = { x: 210, y: 140 }
    let look = whole
    for (let i = 0; i < 12; i++) {
      const before = placed(look, picture, pane)
      const next = zoomed(look, picture, pane, at, 1)
      const after = placed(next, picture, pane)
      if (after.width > pane.width && after.height > pane.height && before.width > pane.width) {
        expect((at.x - after.left) / after.width).toBeCloseTo((at.x - before.left) / before.width, 9)
        expect((at.y - after.top) / after.height).toBeCloseTo((at.y - before.top) / before.height, 9)
      }
      look = next
    }
    expect(look.scale).toBeGreaterThan(20)
    for (let i = 0; i < 30; i++) look = zoomed(look, picture, pane, at, -1)
    expect(look).toEqual(whole)
  })

  it('never leaves the picture, however it is dragged', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9000, max: 9000 }), fc.integer({ min: -9000, max: 9000 }), (x, y) => {
        const look = panned({ scale: 40, x: 0.5, y: 0.5 }, picture, pane, { x, y })
        const { left, top, width, height } = placed(look, picture, pane)
        expect(left).toBeLessThanOrEqual(1e-9)
        expect(top).toBeLessThanOrEqual(1e-9)
        expect(left + width).toBeGreaterThanOrEqual(pane.width - 1e-9)
        expect(top + height).toBeGreaterThanOrEqual(pane.height - 1e-9)
      }),
    )
  })
})

describe('the difference', () => {
  const bytes = (...values: number[]) => new Uint8ClampedArray(values)
  it('is mid grey where both are the same, and times the gain where not', () => {
    const out = bytes(0, 0, 0, 0, 0, 0, 0, 0)
    differenceInto(out, bytes(10, 20, 30, 255, 5, 5, 5, 255), bytes(10, 30, 0, 255, 5, 5, 5, 255), 2)
    expect([...out]).toEqual([128, 148, 68, 255, 128, 128, 128, 255])
  })
  it('is measured', () => {
    expect(measured(bytes(0, 0, 0, 255, 9, 9, 9, 255), bytes(3, 0, 0, 255, 9, 9, 9, 255))).toEqual({
      rootMeanSquare: Math.sqrt(9 / 6),
      largest: 3,
      share: 0.5,
    })
  })
})

describe('two ways in lock-step', () => {
  const way = (...sigmas: number[]) => sigmas.map((sigma) => ({ sigma }) as WayStep)
  it('stop at every level of either, from the most noise down', () => {
    expect(levelsOf([way(10, 5, 1), way(10, 1, 0.5)])).toEqual([10, 5, 1, 0.5])
  })
  it('are each at their last step that has not less noise', () => {
    expect([10, 5, 2, 1, 0.5].map((sigma) => stepAt(way(10, 5, 1), sigma))).toEqual([0, 1, 1, 2, 2])
    expect(stepAt(way(3, 1), 10)).toBe(0)
  })
})

describe('the charts', () => {
  it('place values along a scale, and leave out what has no place', () => {
    const scale = scaleFor([1, 100, 0, NaN], true)
    if (scale === undefined) throw new Error('no scale')
    expect([along(1, scale), along(10, scale), along(100, scale), along(0, scale)]).toEqual([0, 0.5, 1, undefined])
    expect([along(1, { ...scale, reversed: true }), along(100, { ...scale, reversed: true })]).toEqual([1, 0])
    expect(scaleFor([], false)).toBeUndefined()
    expect(
      polyline(
        [
          { x: 1, y: 0 },
          { x: 0, y: 1 },
          { x: 100, y: 10 },
        ],
        scale,
        { low: 0, high: 10, log: false },
        200,
        100,
      ),
    ).toBe('0,100 200,0')
  })
  it('have at least two ticks, all of them on the scale', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 1.001, max: 1e8, noNaN: true }),
        fc.boolean(),
        (low, factor, log) => {
          const scale = { low, high: low * factor, log }
          const all = ticks(scale)
          expect(all.length).toBeGreaterThanOrEqual(2)
          for (const tick of all) {
            expect(along(tick, scale)).toBeGreaterThanOrEqual(-1e-6)
            expect(along(tick, scale)).toBeLessThanOrEqual(1 + 1e-6)
          }
        },
      ),
    )
  })
  it('count as clear what the judge is more than nine tenths sure of', () => {
    const image = (sure?: number) => ({
      seed: 0,
      url: null,
      width: 1,
      height: 1,
      ...(sure === undefined ? {} : { cell: { sure } }),
    })
    expect(clearShare([image(0.95), image(0.9), image(0.2), image(0.99)])).toBe(0.5)
    expect(clearShare([image()])).toBeUndefined()
  })
})
