import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { steppedSize } from '../../src/renderer/editor/gestures.ts'
import type { LayerAction } from '../../src/renderer/editor/layers.ts'
import { presetNames } from '../../src/core/mask.ts'
import { tileArea, tileKey } from '../../src/renderer/editor/mask.ts'
import { tools } from '../../src/renderer/editor/keys.ts'
import { toImage } from '../../src/renderer/editor/view.ts'
import { type Hands, openEditor } from './editor-harness.ts'

const seed = 4711
/** A tile as imaging might send one: half of it painted. */
const diagonal = Uint8Array.from({ length: tileArea }, (_, at) => (at % 256 > at / 256 ? 255 : 0))

describe('painting', () => {
  test('a press paints, a drag paints along, the right button erases', () => {
    const hands = openEditor(800, 600)
    hands.editor.dispatch({ kind: 'size', size: 40 })
    hands
      .pointerDown(100, 100)
      .pointerMove([300, 100])
      .pointerUp()
      .expectMask(100, 100, 255)
      .expectMask(200, 100, 255)
      .expectMask(200, 140, 0)
    hands.pointerDown(200, 100, { button: 2 }).pointerUp().expectMask(200, 100, 0).expectMask(100, 100, 255)
  })

  test('E erases, X swaps back to the brush', () => {
    const hands = openEditor(800, 600)
    hands.pointerDown(100, 100).pointerUp().key('E').pointerDown(100, 100).pointerUp().expectMask(100, 100, 0)
    hands.key('X').pointerDown(100, 100).pointerUp().expectMask(100, 100, 255)
  })

  test('a stroke may leave the photograph and come back', () => {
    const hands = openEditor(400, 300)
    hands.editor.dispatch({ kind: 'size', size: 20 })
    hands.pointerDown(200, 290).pointerMove([200, 500], [360, 500]).pointerMove([360, 150]).pointerUp()
    hands.expectMask(200, 299, 255).expectMask(360, 150, 255).expectMask(280, 299, 0)
  })

  test('Shift and click draws a straight line from the last end', () => {
    const hands = openEditor(800, 600)
    hands.editor.dispatch({ kind: 'size', size: 10 })
    hands.pointerDown(50, 50).pointerUp().pointerDown(550, 350, { shift: true }).pointerUp()
    hands.expectMask(300, 200, 255).expectMask(300, 230, 0)
  })

  test("a pen's pressure is the size of the brush", () => {
    const hands = openEditor(800, 600)
    hands.editor.dispatch({ kind: 'size', size: 100 })
    hands.pointerDown(200, 200, { pressure: 0.2 }).pointerUp()
    hands.expectMask(207, 200, 255).expectMask(215, 200, 0)
  })

  test('a second pointer does not disturb a stroke', () => {
    const hands = openEditor(800, 600)
    hands.editor.dispatch({ kind: 'size', size: 10 })
    hands.pointerDown(50, 50).pointerDown(5, 5, { pointer: 2 }).fingerMove(2, 500, 500).pointerUp(2)
    expect(hands.editor.state().gesture.kind).toBe('painting')
    hands.pointerMove([90, 50]).pointerUp().expectMask(70, 50, 255)
  })

  test('the same points of the picture give the same mask at any zoom and device pixel ratio', () => {
    const hashes = [
      { dpr: 1, zoom: 1 },
      { dpr: 1.5, zoom: 7.3 },
      { dpr: 2, zoom: 0.11 },
    ].map(({ dpr, zoom }) => {
      const hands = openEditor(6000, 4000, { width: 1000, height: 700, dpr })
      hands.editor.dispatch({ kind: 'wheel', at: { x: 300, y: 200 }, delta: -400 * Math.log(zoom) })
      hands.editor.dispatch({ kind: 'size', size: 300 })
      return hands.pointerDown(1000, 1000).pointerMove([1500, 1200], [1600, 2500]).pointerMove([-200, 300]).pointerUp().hash()
    })
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[0]).toBe(hashes[2])
    expect(hashes[0]).not.toBe(openEditor(6000, 4000).hash())
  })
})

describe('undo', () => {
  test(`a random sequence of operations undone gives the first hash, redone the last (seed ${seed})`, () => {
    const point = fc.tuple(fc.integer({ min: -100, max: 600 }), fc.integer({ min: -100, max: 500 }))
    const press = fc.constantFrom({}, { button: 2 }, { alt: true })
    const action: fc.Arbitrary<(hands: Hands) => void> = fc.oneof(
      fc
        .record({ from: point, to: point, press: fc.constantFrom({}, { button: 2 }), size: fc.integer({ min: 1, max: 300 }) })
        .map(({ from, to, press: how, size }) => (hands: Hands) => {
          hands.key('B').editor.dispatch({ kind: 'size', size })
          hands
            .pointerDown(...from, how)
            .pointerMove(to)
            .pointerUp()
        }),
      fc.record({ key: fc.constantFrom('R', 'O', 'L'), from: point, by: point, to: point, press }).map(
        ({ key, from, by, to, press: how }) =>
          (hands: Hands) =>
            void hands
              .key(key)
              .pointerDown(...from, how)
              .pointerMove(by, to)
              .pointerUp(),
      ),
      fc.record({ points: fc.array(point, { minLength: 1, maxLength: 6 }) }).map(({ points }) => (hands: Hands) => {
        hands.key('P').click(...points)
        if (hands.editor.state().polygon !== null) hands.key('Enter')
      }),
      fc
        .record({
          tiles: fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 }))),
          how: fc.constantFrom('add' as const, 'subtract' as const, 'replace' as const),
        })
        .map(
          ({ tiles, how }) =>
            (hands: Hands) =>
              hands.editor.merge(
                tiles.map(([column, row]) => ({ key: tileKey(column, row), data: diagonal })),
                how,
              ),
        ),
      fc
        .record({ kind: fc.constantFrom('grow' as const, 'shrink' as const), by: fc.integer({ min: 1, max: 40 }) })
        .map((operation) => (hands: Hands) => hands.editor.operate(operation)),
      fc
        .record({
          kind: fc.constantFrom('add', 'remove', 'rename', 'select', 'show', 'solo'),
          at: fc.nat(3),
          visible: fc.boolean(),
        })
        .map(({ kind, at, visible }) => (hands: Hands) => {
          const id = hands.editor.layers().list.at(at)?.id ?? 99
          hands.editor.arrange({ kind, id, visible, name: `Named ${at}` } as LayerAction)
        }),
      fc
        .constantFrom('clear' as const, 'fill' as const, 'invert' as const, ...presetNames)
        .map((operation) => (hands: Hands) => hands.editor.operate(operation)),
    )
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 20 }), (actions) => {
        const hands = openEditor(500, 400)
        const hashes = [hands.hashAll()]
        for (const act of actions) {
          const steps = hands.editor.history.undo.length
          act(hands)
          const more = hands.editor.history.undo.length - steps
          expect([0, 1]).toContain(more)
          if (more === 0) expect(hands.hashAll()).toBe(hashes.at(-1))
          else hashes.push(hands.hashAll())
        }
        const steps = hashes.length - 1
        for (let i = steps - 1; i >= 0; i--) expect(hands.undo().hashAll()).toBe(hashes[i])
        expect(hands.undo().hashAll()).toBe(hashes[0])
        for (let i = 1; i <= steps; i++) expect(hands.redo().hashAll()).toBe(hashes[i])
        expect(hands.redo().hashAll()).toBe(hashes[steps])
      }),
      { seed, numRuns: 40 },
    )
  })

  test('a hundred strokes can be undone', () => {
    const hands = openEditor(2000, 2000)
    hands.editor.dispatch({ kind: 'size', size: 150 })
    const first = hands.hash()
    for (let i = 0; i < 120; i++)
      hands
        .pointerDown((i * 97) % 2000, (i * 61) % 2000)
        .pointerMove([(i * 31) % 2000, (i * 17) % 2000])
        .pointerUp()
    expect(hands.editor.history.undo.length).toBeGreaterThanOrEqual(100)
    for (let i = 0; i < 120; i++) hands.undo()
    expect(hands.hash()).toBe(first)
  })

  test('an operation that changes nothing is no step; a new one forgets what could be redone', () => {
    const hands = openEditor(300, 300)
    hands.key('Ctrl+D')
    expect(hands.editor.history.undo).toHaveLength(0)
    hands.key('Ctrl+I').undo()
    hands.pointerDown(20, 20).pointerUp()
    const painted = hands.hash()
    expect(hands.redo().hash()).toBe(painted)
  })
})

describe('settings and moving', () => {
  test('a bracket changes the size by about a tenth, never past its range', () => {
    for (const size of [20, 68, 300, 1500]) {
      expect(steppedSize(size, 1) / size).toBeCloseTo(1.1, 1)
      expect(steppedSize(size, -1) / size).toBeCloseTo(0.9, 1)
    }
    expect(steppedSize(1, 1)).toBe(2)
    expect(steppedSize(1, -1)).toBe(1)
    expect(steppedSize(2000, 1)).toBe(2000)
    const hands = openEditor(800, 600)
    hands.editor.dispatch({ kind: 'size', size: 50 })
    expect(hands.key(']').editor.state().size).toBe(55)
    expect(hands.key('{').editor.state().hardness).toBeCloseTo(0.7, 9)
  })

  test.each([
    { button: 2, alt: true, ctrl: false },
    { button: 0, alt: true, ctrl: true },
  ])('a drag with $button and Alt sets size and hardness and paints nothing', (press) => {
    const hands = openEditor(800, 600)
    hands.editor.dispatch({ kind: 'actual' })
    hands.editor.dispatch({ kind: 'size', size: 100 })
    hands.pointerDown(400, 300, press).pointerMove([420, 260]).pointerUp()
    expect(hands.editor.state().size).toBe(140)
    expect(hands.editor.state().hardness).toBeCloseTo(1, 9)
    expect(hands.editor.isEmpty()).toBe(true)
  })

  test('two fingers zoom and move the picture under them, and the dab of the first is taken back', () => {
    const hands = openEditor(800, 600)
    hands.click([50, 50])
    const [first, steps] = [hands.hash(), hands.editor.history.undo.length]
    hands.fingerDown(5, 400, 300)
    expect(hands.hash()).not.toBe(first)
    const under = [toImage(hands.editor.state().view, { x: 400, y: 300 }), toImage(hands.editor.state().view, { x: 500, y: 300 })]
    hands.fingerDown(6, 500, 300)
    expect(hands.hash()).toBe(first)
    hands.fingerMove(5, 300, 250).fingerMove(6, 500, 250)
    const { view } = hands.editor.state()
    expect(toImage(view, { x: 300, y: 250 }).x).toBeCloseTo(under[0]?.x ?? NaN, 6)
    expect(toImage(view, { x: 500, y: 250 }).x).toBeCloseTo(under[1]?.x ?? NaN, 6)
    expect(toImage(view, { x: 300, y: 250 }).y).toBeCloseTo(under[0]?.y ?? NaN, 6)
    hands.pointerUp(5).fingerMove(6, 100, 100).pointerUp(6)
    expect([hands.hash(), hands.editor.history.undo.length, hands.editor.state().view]).toEqual([first, steps, view])
    hands.fingerDown(7, 400, 300).pointerUp(7)
    expect(hands.editor.history.undo).toHaveLength(steps + 1)
  })

  test.each(['wand', 'polygon'] as const)('a finger that turns out to be the first of two does not set off the %s', (tool) => {
    const wand = vi.fn(() => Promise.resolve([]))
    const hands = openEditor(800, 600, undefined, { wand })
    const acted = () => wand.mock.calls.length + (hands.editor.state().polygon?.points.length ?? 0)
    hands.editor.dispatch({ kind: 'tool', tool })
    hands.fingerDown(5, 400, 300).fingerDown(6, 500, 300).fingerMove(6, 550, 300).pointerUp(6).pointerUp(5)
    expect(acted()).toBe(0)
    hands.fingerDown(7, 400, 300)
    expect(acted()).toBe(0)
    hands.editor.dispatch({ kind: 'up', pointer: 7, cancelled: true })
    expect(acted()).toBe(0)
    hands.fingerDown(8, 400, 300).pointerUp(8)
    expect(acted()).toBe(1)
  })

  test('a palm beside a painting pen changes nothing', () => {
    const hands = openEditor(800, 600)
    hands.pointerDown(100, 100).fingerDown(9, 5, 5).pointerUp(9)
    hands.pointerMove([200, 100]).pointerUp().expectMask(150, 100, 255)
  })

  test('Space and the middle button move the picture and paint nothing', () => {
    const hands = openEditor(800, 600)
    const before = hands.editor.state().view
    hands.editor.dispatch({ kind: 'space', held: true })
    hands.pointerDown(100, 100)
    hands.editor.dispatch({ kind: 'move', pointer: 1, samples: [{ at: { x: 0, y: 0 }, pressure: 1 }] })
    hands.pointerUp()
    hands.editor.dispatch({ kind: 'space', held: false })
    expect(hands.editor.state().view).not.toEqual(before)
    expect(hands.editor.isEmpty()).toBe(true)
    hands.pointerDown(100, 100, { button: 1 })
    expect(hands.editor.state().gesture.kind).toBe('panning')
  })

  test('the hand moves the picture by as much as it is moved, and paints nothing', () => {
    const hands = openEditor(800, 600).key('H')
    const { view } = hands.editor.state()
    hands.fingerDown(3, 200, 200).fingerMove(3, 260, 170).pointerUp(3)
    expect(hands.editor.state().view).toEqual({ ...view, x: view.x + 60, y: view.y - 30 })
    expect(hands.editor.isEmpty()).toBe(true)
  })

  test('every tool of the strip is one that these hands have tried', () => {
    expect(tools.map(({ tool }) => tool).toSorted()).toEqual(
      ['brush', 'ellipse', 'eraser', 'hand', 'lasso', 'polygon', 'rectangle', 'wand'].toSorted(),
    )
    for (const { tool, key } of tools) expect(openEditor(10, 10).key(key).editor.state().tool).toBe(tool)
  })
})
