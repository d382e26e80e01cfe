import { describe, expect, it } from 'vitest'
import { runModel } from '../../src/engine/run.ts'
import type { RunArgs, StepEvent } from '../../src/shared/engine.ts'
import type { SavedState, TraceEvent } from '../../src/shared/trace.ts'
import { cards, inpaint } from '../support/onnx.ts'

type Data = Readonly<Record<string, { readonly data: unknown }>>
type Fill = Extract<RunArgs, { kind: 'inpaint' }>

const graph = {
  inputs: [],
  outputs: [],
  run(feeds: Data, into: Data) {
    const [sample] = Object.values(feeds)
    const [out] = Object.values(into)
    const [from, to] = [sample?.data as Float32Array, out?.data as Float32Array]
    for (let i = 0; i < to.length; i++) to[i] = 0.5 * (from[i] ?? NaN)
    return Promise.resolve()
  },
  release: () => Promise.resolve(),
}
const faults = { beforeCall: () => undefined, afterCall: () => undefined, set: () => undefined }
const size = 3 * 64

const args = (more: Partial<Fill> = {}) =>
  inpaint({
    method: 'ddnm',
    eta: 1,
    steps: 20,
    width: 8,
    height: 8,
    seeds: [7, 8],
    photo: Float32Array.from({ length: size }, (_, i) => Math.sin(i)),
    mask: Uint8Array.from({ length: 64 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    ...more,
  })

async function made(asked: Fill) {
  const events: (StepEvent | TraceEvent)[] = []
  const context = { cancelled: false, emit: (event: unknown) => void events.push(structuredClone(event) as StepEvent) }
  const result = await runModel({ graph, card: cards.anySize(), device: 'cpu', faults }, asked, context)
  return { result, events }
}
const begin = (strength: number, stream = 0, pictures = 1) => ({
  picture: Float32Array.from({ length: pictures * size }, (_, i) => Math.cos(i)),
  strength,
  stream,
})

describe('a fill that begins at a picture', () => {
  it('walks the rest of the schedule alone, and says so', async () => {
    const whole = (await made(args())).result
    const part = (await made(args({ begin: begin(0.3) }))).result
    expect(part.nfe).toBeGreaterThan(0)
    expect(part.nfe).toBeLessThan(0.6 * whole.nfe)
    expect(part.sigmas).toEqual(whole.sigmas.slice(-part.sigmas.length))
    expect(part.sigmas.length - 1).toBe(part.nfe)
  })

  it('is the same for a picture alone as among others, each with a picture of its own', async () => {
    const both = begin(0.5, 0, 2)
    const alone = { ...both, picture: both.picture.slice(size) }
    const [all, one] = [await made(args({ begin: both })), await made(args({ begin: alone, seeds: [8] }))]
    expect(all.result.images.slice(size)).toEqual(one.result.images)
  })

  it('continues from a saved state to the identical end', async () => {
    const asked = args({ begin: begin(0.5, 2), trace: { previews: 0, previewBytes: 0, states: true } })
    const { result, events } = await made(asked)
    const states = events.flatMap((event) => (event.kind === 'trace' && event.state !== undefined ? [event.state] : []))
    expect(states.length).toBe(result.nfe)
    const state = states[3] as SavedState
    const again = (await made({ ...asked, resume: { state, steps: 4, nfe: 4 } })).result
    expect(again.images).toEqual(result.images)
    expect(again.nfe).toBe(result.nfe)
  })

  it('draws noise of its own in every stream', async () => {
    const [a, b] = [await made(args({ begin: begin(0.5, 0) })), await made(args({ begin: begin(0.5, 1) }))]
    expect(a.result.images).not.toEqual(b.result.images)
  })

  it('refuses a picture of another size in one sentence', async () => {
    await expect(made(args({ begin: { ...begin(0.5), picture: new Float32Array(5) } }))).rejects.toMatchObject({
      code: 'request',
      message: 'The picture to begin at has 5 values where 192 belong.',
    })
  })
})
