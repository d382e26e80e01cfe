import { expect, test } from 'vitest'
import type { Proof } from '../../src/backend/prove.ts'
import { inpainters, samplers } from '../../src/core/index.ts'
import { palimpsest } from './cli-support.ts'

const apart = ['smc', 'ddnm-colour']
const long = ['repaint', 'repaint-diffusers', 'replace']

test('prove says of every sampler and method what it costs and how far it is from the truth, and that the exact table holds', async () => {
  const { status, stdout, said } = await palimpsest('prove', '--quick', '--json', '--quiet')
  expect({ status, said }).toEqual({ status: 0, said: [] })
  const { rows, cells, worstDifference, worstDeviation, passed } = JSON.parse(stdout) as Proof
  const named = (kind: string) => [...new Set(rows.filter((row) => row.kind === kind).map(({ name }) => name))].toSorted()
  expect(named('sampler')).toEqual(Object.keys(samplers).toSorted())
  const left = [...apart, ...long]
  expect(named('inpainter')).toEqual(
    Object.keys(inpainters)
      .filter((name) => !left.includes(name))
      .toSorted(),
  )
  for (const { name, errors, nfe } of rows) {
    expect(nfe, name).toBeGreaterThan(0)
    for (const error of Object.values(errors)) expect(error, name).toBeGreaterThan(0)
  }
  const callsOf = (name: string) => rows.filter((row) => row.name === name).map(({ nfe }) => nfe)
  expect([callsOf('heun'), callsOf('ding'), callsOf('ddnm')]).toEqual([[39], [49, 99], [20, 50]])
  expect(rows.filter(({ published }) => published !== undefined).length).toBeGreaterThan(3)
  expect(cells.map(({ name }) => name)).toEqual(['ddnm', 'ddnm'])
  expect(passed).toBe(true)
  expect(worstDifference).toBeLessThan(1e-4)
  expect(worstDeviation).toBeLessThan(3)
}, 240_000)
