import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { type Background, createBackground } from '../../src/renderer/editor/background.ts'
import { hashMask, type Mask } from '../../src/renderer/editor/mask.ts'
import { reshaped, type ReshapeJob } from '../../src/renderer/editor/reshape.ts'
import { openEditor, type Hands } from './editor-harness.ts'

const seed = 2718

/** Works when it is told to, so that a hand may come in between. */
function slowly() {
  const jobs: (() => void)[] = []
  const background: Background = {
    reshape: (job: ReshapeJob) =>
      new Promise((resolve) => {
        // As a message: what is painted later is not in it.
        const sent = structuredClone(job)
        jobs.push(() => resolve(reshaped(sent)))
      }),
    feather: () => Promise.reject(new Error('not asked for')),
    stop: () => undefined,
  }
  const next = async () => {
    await vi.waitFor(() => expect(jobs.length).toBeGreaterThan(0), 20_000)
    jobs.shift()?.()
  }
  return { background, next }
}

const rested = (hands: Hands) => vi.waitFor(() => expect(hands.editor.state().waiting).toBe(0), 20_000)

function both(act: (hands: Hands) => void) {
  const { background, next } = slowly()
  const [here, away] = [openEditor(600, 500), openEditor(600, 500, undefined, { background })]
  for (const hands of [here, away]) {
    hands.editor.dispatch({ kind: 'size', size: 60 })
    hands.pointerDown(100, 100).pointerMove([300, 260]).pointerUp().key('Ctrl+I')
    hands.pointerDown(500, 100).pointerMove([320, 400]).pointerUp()
    act(hands)
  }
  return { here, away, next }
}

describe('growing and shrinking in another thread', () => {
  test.each(['grow', 'shrink'] as const)('to %s gives what it gives at once, as one step', async (kind) => {
    const { here, away, next } = both(({ editor }) => editor.operate({ kind, by: 13 }))
    expect(away.editor.state().waiting).toBe(1)
    expect(away.hash()).not.toBe(here.hash())
    await next()
    await rested(away)
    expect(away.hash()).toBe(here.hash())
    expect(away.undo().hash()).toBe(here.undo().hash())
  })

  test('who wants the mask as it was asked for waits for it', async () => {
    const { here, away, next } = both(({ editor }) => editor.operate({ kind: 'grow', by: 13 }))
    const seen = away.editor.settled().then(() => away.hash())
    await next()
    expect(await seen).toBe(here.hash())
  })

  test('what is pressed meanwhile keeps its order', async () => {
    const { here, away, next } = both((hands) => {
      hands.editor.operate({ kind: 'grow', by: 9 })
      hands.editor.operate({ kind: 'shrink', by: 30 })
      hands.key('Ctrl+I').undo().key('Ctrl+I')
    })
    await next()
    await next()
    await vi.waitFor(() => expect(away.hash()).toBe(here.hash()), 20_000)
    expect(away.editor.history.undo).toHaveLength(here.editor.history.undo.length)
  })

  test('a stroke meanwhile is kept: nothing is grown from it and nothing taken off it', async () => {
    for (const kind of ['grow', 'shrink'] as const) {
      const { background, next } = slowly()
      const hands = openEditor(600, 500, undefined, { background })
      hands.editor.dispatch({ kind: 'size', size: 40 })
      hands.click([100, 100]).editor.operate({ kind, by: 5 })
      await vi.waitFor(() => expect(hands.editor.state().waiting).toBe(1), 20_000)
      hands.pointerDown(400, 300)
      await next()
      hands.pointerMove([420, 300]).expectMask(400, 300, 255).pointerUp()
      await rested(hands)
      hands.expectMask(400, 300, 255).expectMask(400, 325, 0)
      hands.expectMask(100, 122, kind === 'grow' ? 255 : 0)
      expect(hands.editor.history.undo).toHaveLength(3)
      expect(hands.undo().undo().undo().editor.isEmpty()).toBe(true)
    }
  })

  test('what goes wrong there is said, and the mask stays as it was', async () => {
    const onError = vi.fn()
    const background: Background = {
      reshape: () => Promise.reject(new Error('no memory')),
      feather: () => Promise.reject(new Error('no memory')),
      stop: () => undefined,
    }
    const hands = openEditor(300, 200, undefined, { background, onError }).click([100, 100])
    const before = hands.hash()
    hands.editor.operate({ kind: 'grow', by: 3 })
    await rested(hands)
    expect(onError).toHaveBeenCalledOnce()
    expect(hands.hash()).toBe(before)
    hands.key('Ctrl+D')
    expect(hands.editor.isEmpty()).toBe(true)
  })

  test(`added or taken away, the answer is the new mask (seed ${seed})`, () => {
    const stroke = fc.tuple(fc.nat(599), fc.nat(499), fc.integer({ min: 1, max: 120 }), fc.boolean())
    const kind = fc.constantFrom('grow' as const, 'shrink' as const)
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 8 }), kind, fc.integer({ min: 1, max: 60 }), (strokes, what, by) => {
        const [here, merged] = [openEditor(600, 500), openEditor(600, 500)]
        for (const hands of [here, merged]) {
          for (const [x, y, size, erase] of strokes) {
            hands.editor.dispatch({ kind: 'size', size })
            hands.pointerDown(x, y, { button: erase ? 2 : 0 }).pointerUp()
          }
        }
        const { mask } = merged.editor
        const tiles = [...mask.tiles].map(([key, data]) => ({ key, data }))
        const job: ReshapeJob = { width: 600, height: 500, tiles: structuredClone(tiles), kind: what, by }
        merged.editor.merge(reshaped(job), what === 'grow' ? 'add' : 'subtract')
        here.editor.operate({ kind: what, by })
        expect(hashMask(mask as Mask)).toBe(here.hash())
      }),
      { seed, numRuns: 20 },
    )
  })
})

describe('the thread', () => {
  /** A worker of the browser, as far as it is used. */
  function fakeWorker() {
    const target = new EventTarget()
    const sent: { id: number }[] = []
    const worker = Object.assign(target, { postMessage: (call: { id: number }) => void sent.push(call), terminate: vi.fn() })
    const answer = (data: unknown) => target.dispatchEvent(new MessageEvent('message', { data }))
    return { worker: worker as unknown as Worker, sent, answer, terminate: worker.terminate, target }
  }
  const job: ReshapeJob = { width: 1, height: 1, tiles: [], kind: 'grow', by: 1 }

  test('starts with the first task, and gives each caller its own answer', async () => {
    const fake = fakeWorker()
    const start = vi.fn(() => fake.worker)
    const background = createBackground(start)
    expect(start).not.toHaveBeenCalled()
    const both = [background.reshape(job), background.reshape(job)]
    expect(start).toHaveBeenCalledOnce()
    fake.answer({ id: fake.sent[1]?.id, result: [{ key: 2 }] })
    fake.answer({ id: fake.sent[0]?.id, result: [{ key: 1 }] })
    expect(await Promise.all(both)).toEqual([[{ key: 1 }], [{ key: 2 }]])
    background.stop()
    expect(fake.terminate).toHaveBeenCalledOnce()
  })

  test('that fails or ends refuses what waits, and the next task starts another', async () => {
    const fake = fakeWorker()
    const start = vi.fn(() => fake.worker)
    const background = createBackground(start)
    const first = background.reshape(job)
    fake.answer({ id: fake.sent[0]?.id, problem: 'too large' })
    await expect(first).rejects.toMatchObject({ code: 'internal', detail: 'too large' })
    const second = background.reshape(job)
    fake.target.dispatchEvent(Object.assign(new Event('error'), { message: 'gone' }))
    await expect(second).rejects.toMatchObject({ code: 'internal', detail: 'gone' })
    void background.reshape(job)
    expect(start).toHaveBeenCalledTimes(2)
  })
})
