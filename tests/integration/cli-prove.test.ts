import { expect, test } from 'vitest'
import type { Proof } from '../../src/backend/prove.ts'
import { inpainters, samplers } from '../../src/core/index.ts'
import { palimpsest } from './cli-support.ts'

const long = ['repaint', 'repaint-diffusers', 'replace']

test('prove says of every sampler and method what it costs and how far it is from the truth, and that the exact table holds', async () => {
  const { status, stdout, said } = await palimpsest('prove', '--quick', '--json', '--quiet')
  expect({ status, said }).toEqual({ status: 0, said: [] })
  const { rows, cells, worstDifference, worstDeviation, passed } = JSON.parse(stdout) as Proof
  const named = (kind: string) => [...new Set(rows.filter((row) => row.kind === kind).map(({ name }) => name))].toSorted()
  expect(named('sampler')).toEqual(Object.keys(samplers).toSorted())
  expect(named('inpainter')).toEqual(
    Object.keys(inpainters)
      .filter((name) => !long.includes(name))
      .toSorted(),
  )
  for (const { name, errors, nfe } of rows) {
    expect(nfe, name).toBeGreaterThan(0)
    for (const error of Object.values(errors)) expect(error, name).toBeGreaterThan(0)
  }
  const callsOf = (name: string) => rows.filter((row) => row.name === name).map(({ nfe }) => nfe)
  expect([callsOf('heun'), callsOf('ding'), callsOf('ddnm')]).toEqual([[39], [49, 99], [20, 50]])
  const [particles] = rows.filter(({ name }) => name === 'smc')
  expect(particles).toMatchObject({ settings: 'T=20, 50 particles', nfe: 20, how: 'sampled' })
  const { half = 0 } = particles?.errors ?? {}
  const { half: spread = 0 } = particles?.standardErrors ?? {}
  expect(spread).toBeGreaterThan(0)
  expect(spread).toBeLessThan(half / 4)
  const [colours] = rows.filter(({ name }) => name === 'ddnm-colour')
  expect(colours).toMatchObject({ settings: 'T=20, eta 0, 3 channels', nfe: 20, how: 'exact' })
  expect(Object.keys(colours?.published ?? {})).toEqual(['half', 'gap', 'alt', 'outp'])
  expect(rows.filter(({ published }) => published !== undefined).length).toBeGreaterThan(3)
  expect(cells.map(({ name }) => name)).toEqual(['ddnm', 'ddnm'])
  expect(passed).toBe(true)
  expect(worstDifference).toBeLessThan(1e-4)
  expect(worstDeviation).toBeLessThan(3)
})
