import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PalimpsestError } from '../../src/shared/errors.ts'
import { loadRuntime } from '../../src/engine/session.ts'
import { probeInput, probeModel, probeOutput } from '../../src/engine/probe-model.ts'
import { graphs } from '../support/onnx.ts'

/** The process may shrink meanwhile. */
const always = -Infinity

const call = () => {
  const out = new Float32Array(probeOutput.length)
  const feeds = { x: { type: 'float32', data: probeInput, dims: [1, 4] } } as const
  const into = { y: { type: 'float32', data: out, dims: [1, 4] } } as const
  return { feeds, into, out }
}

async function opened(model: string | Uint8Array, heavyBytes: number) {
  let openings = 0
  let whole = true
  const check = async () => {
    openings++
    if (!whole) throw new PalimpsestError('model', 'The file is another.')
  }
  const graph = await (await loadRuntime()).open(model, 'cpu', 1, { check, heavyBytes })
  return { graph, openings: () => openings, replace: () => (whole = false) }
}

it('a graph whose calls are heavy opens again after the first one and after a rest, and says the same', async () => {
  const { graph, openings } = await opened(probeModel(), always)
  const one = call()
  for (let step = 0; step < 3; step++) {
    one.out.fill(NaN)
    await graph.run(one.feeds, one.into)
    expect([...one.out]).toEqual([...probeOutput])
  }
  expect(openings()).toBe(1)
  await graph.rest?.()
  const next = call()
  await graph.run(next.feeds, next.into)
  expect([...next.out]).toEqual([...probeOutput])
  expect(openings()).toBe(2)
  await graph.release()
})

it('a graph whose calls are light stays open', async () => {
  const { graph, openings } = await opened(probeModel(), 2 ** 50)
  const one = call()
  await graph.run(one.feeds, one.into)
  await graph.rest?.()
  await graph.run(one.feeds, one.into)
  expect(openings()).toBe(0)
  await graph.release()
})

it('what has become another file meanwhile is not run', async () => {
  const { graph, replace } = await opened(join(graphs, 'probe.onnx'), always)
  const one = call()
  await graph.run(one.feeds, one.into)
  replace()
  await expect(graph.run(one.feeds, one.into)).rejects.toThrow('The file is another.')
  await graph.release()
})
