import { describe, expect, it } from 'vitest'
import { runModel } from '../../src/engine/run.ts'
import type { RunArgs, StepEvent } from '../../src/shared/engine.ts'
import { cellsOf, type Windows } from '../../src/shared/windows.ts'
import { cards, inpaint } from '../support/onnx.ts'

type Data = Readonly<Record<string, { readonly data: unknown; readonly dims: readonly number[] }>>

/** A model of any size that answers half of what it sees; what it was shown is kept. */
function halving() {
  const shown: (readonly number[])[] = []
  const graph = {
    inputs: [],
    outputs: [],
    run(feeds: Data, into: Data) {
      const [sample] = Object.values(feeds)
      const [out] = Object.values(into)
      shown.push(sample?.dims ?? [])
      const [from, to] = [sample?.data as Float32Array, out?.data as Float32Array]
      for (let i = 0; i < to.length; i++) to[i] = 0.5 * (from[i] ?? NaN)
      return Promise.resolve()
    },
    release: () => Promise.resolve(),
  }
  return { graph, shown }
}
const faults = { beforeCall: () => undefined, afterCall: () => undefined, set: () => undefined }

const windows: Windows = {
  cell: 4,
  edge: 4,
  at: [
    [0, 0],
    [2, 1],
    [4, 2],
  ],
}
const cells = cellsOf(windows).length
const pixels = cells * 16
const args = (more: Partial<Extract<RunArgs, { kind: 'inpaint' }>> = {}) =>
  inpaint({
    method: 'ddnm',
    width: 16,
    height: 16,
    seeds: [7, 8],
    windows,
    photo: Float32Array.from({ length: 3 * pixels }, (_, i) => Math.sin(i)),
    mask: Uint8Array.from({ length: pixels }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    ...more,
  })

describe('a fill through windows', () => {
  it('shows the model windows, a few at a time, and gives back a strip that keeps the photograph', async () => {
    const { graph, shown } = halving()
    const events: StepEvent[] = []
    const context = { cancelled: false, emit: (event: unknown) => void events.push(event as StepEvent) }
    const asked = args({ preview: { size: 16, everyMs: 1 } })
    const result = await runModel({ graph, card: cards.anySize(), device: 'cpu', faults }, asked, context)
    expect(result.shape).toEqual({ n: 2, c: 3, h: cells * 4, w: 4 })
    expect(result.nfe).toBe(10)
    // Six windows of two pictures in calls of three.
    expect(shown).toHaveLength(20)
    expect(shown.every((dims) => dims.join() === '3,3,16,16')).toBe(true)
    for (let i = 0; i < result.images.length; i++) {
      if (asked.mask[i % pixels] === 0) expect(result.images[i]).toBe(asked.photo[i % (3 * pixels)])
    }
    // The windows together are 8 x 6 cells; where none lies it is grey.
    const preview = events.at(-1)?.previews?.[1]
    expect([preview?.width, preview?.height]).toEqual([16, 12])
    expect([...(preview?.rgb.slice(45, 48) ?? [])]).toEqual([128, 128, 128])
  })

  it('is the same for a picture alone as among others', async () => {
    const made = async (seeds: number[]) => {
      const context = { cancelled: false, emit: () => undefined }
      return (await runModel({ graph: halving().graph, card: cards.anySize(), device: 'cpu', faults }, args({ seeds }), context))
        .images
    }
    expect((await made([7, 8])).slice(3 * pixels)).toEqual(await made([8]))
  })

  it('is refused where the windows are of another size than the model was asked to look at', async () => {
    const run = runModel({ graph: halving().graph, card: cards.anySize(), device: 'cpu', faults }, args({ width: 20 }), {
      cancelled: false,
      emit: () => undefined,
    })
    await expect(run).rejects.toThrow('not as large')
  })
})
