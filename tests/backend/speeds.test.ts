import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSpeeds, type TimedModel } from '../../src/backend/speeds.ts'
import { denoiserCard } from '../../src/shared/card.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'speeds-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A model of such a size, its weights a file of so many bytes. */
function model(id: string, side: number, bytes: number): TimedModel {
  const real = JSON.parse(readFileSync(new URL('../../models/mnist/model.json', import.meta.url), 'utf8')) as object
  const card = denoiserCard.parse({ ...real, id })
  writeFileSync(join(folder, `${id}.onnx`), new Uint8Array(bytes))
  const [file] = card.files
  if (file === undefined) throw new Error('a card without files')
  return {
    id,
    folder,
    card: { ...card, files: [{ ...file, file: `${id}.onnx` }], image: { ...card.image, size: { width: side, height: side } } },
  }
}

const middle = ({ least, most }: { least: number; most: number }) => Math.sqrt(least * most)
const width = ({ least, most }: { least: number; most: number }) => most / least

describe('the time of a call', () => {
  it('is one number where it was measured, and a narrower range the nearer what was measured is', () => {
    const speeds = createSpeeds()
    const [small, large] = [model('small', 28, 2000), model('large', 56, 8000)]
    const nothing = speeds.reckon(small, 'cpu', 4)
    speeds.reckon(large, 'cpu', 1)
    speeds.record('large', 'cpu', 1, 10, 400)
    const fromLarge = speeds.reckon(small, 'cpu', 4)
    speeds.record('small', 'cpu', 1, 10, 100)
    const fromOne = speeds.reckon(small, 'cpu', 4)
    speeds.record('small', 'cpu', 4, 10, 300)
    expect(speeds.reckon(small, 'cpu', 4)).toEqual({ least: 30, most: 30 })
    expect(width(nothing)).toBeGreaterThan(width(fromLarge))
    expect(width(fromLarge)).toBeGreaterThan(width(fromOne))
    expect(width(fromOne)).toBeGreaterThan(1)
    // Four pictures take longer than one and less than four times as long.
    expect(middle(fromOne)).toBeGreaterThan(10)
    expect(middle(fromOne)).toBeLessThan(40)
    // Sixteen times the work is more, and less than sixteen times as much.
    expect(middle(fromLarge)).toBeLessThan(40 * 4)
  })
  it('grows with pixels, weights and pictures, and is widest on a device that nothing ran on', () => {
    const speeds = createSpeeds()
    const [small, wide, heavy] = [model('small', 28, 2000), model('wide', 56, 2000), model('heavy', 28, 9000)]
    const of = (one: TimedModel, batch = 1) => middle(speeds.reckon(one, 'cpu', batch))
    expect(of(wide)).toBeGreaterThan(of(small))
    expect(of(heavy)).toBeGreaterThan(of(small))
    expect(of(small, 8)).toBeGreaterThan(of(small))
    expect(width(speeds.reckon(small, 'webgpu', 1))).toBeGreaterThan(width(speeds.reckon(small, 'cpu', 1)))
    expect(speeds.reckon(small, null, 1)).toEqual(speeds.reckon(small, 'cpu', 1))
  })
  it('lies around what the shipped models take on two cores, whatever the cores of this machine', () => {
    const models = new URL('../../models/', import.meta.url).pathname
    const shipped = (id: string): TimedModel => {
      const card = denoiserCard.parse(JSON.parse(readFileSync(join(models, id, 'model.json'), 'utf8')))
      return { id, folder: join(models, id), card }
    }
    const speeds = createSpeeds()
    // docs/proofs.md: 2.8 and 119 ms on the same machine.
    const ratio = middle(speeds.reckon(shipped('photo'), 'cpu', 1)) / middle(speeds.reckon(shipped('mnist'), 'cpu', 1))
    expect(ratio / (119 / 2.8)).toBeGreaterThan(1 / 2)
    expect(ratio / (119 / 2.8)).toBeLessThan(2)
  })
})

describe('what was measured', () => {
  const file = () => join(folder, 'speeds.json')
  it('is there at the next start', async () => {
    const speeds = createSpeeds(file())
    speeds.record('m', 'cpu', 2, 4, 40)
    await speeds.stop()
    expect(createSpeeds(file()).find('m', 'cpu', 2)).toBe(10)
    expect(createSpeeds(file()).find('m', 'cpu', 1)).toBeNull()
  })
  it.each(['', '{', '{"a":1}', '[["cpu 1 m",-1]]', '[["cpu 1 m"]]'])('is forgotten where its file is damaged: %j', (text) => {
    writeFileSync(file(), text)
    expect(createSpeeds(file()).find('m', 'cpu', 1)).toBeNull()
  })
  it('a run of no call, or of no time, tells nothing', () => {
    const speeds = createSpeeds()
    speeds.record('m', 'cpu', 1, 0, 10)
    speeds.record('m', 'cpu', 1, 1, 0)
    expect(speeds.find('m', 'cpu', 1)).toBeNull()
  })
})
