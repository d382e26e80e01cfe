import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { classifierCard } from '../../src/shared/card.ts'
import { startEngine } from './worker.ts'

/** The shipped classifier of digits, for what the shipped models draw. */

export const plane = 28 * 28
export const sure = 0.9

export const shippedFolder = (id: string) => join(import.meta.dirname, '../../models', id)
export const shippedCard = (id: string): unknown => JSON.parse(readFileSync(join(shippedFolder(id), 'model.json'), 'utf8'))

export interface Verdict {
  readonly digit: number
  readonly confidence: number
}

/** Takes digits [n, 1, 28, 28] in -1..1. */
export async function startJudge(): Promise<(images: Float32Array) => Promise<Verdict[]>> {
  const engine = startEngine()
  const card = classifierCard.parse(shippedCard('mnist-judge'))
  await engine.remote.call('load', { folder: shippedFolder('mnist-judge'), card, device: 'cpu' }).result
  return async (images) => {
    const shape = { n: images.length / plane, c: 1, h: 28, w: 28 }
    return verdictsOf(await engine.remote.call('classify', { images, shape }).result)
  }
}

/** From probabilities [n, 10]. */
function verdictsOf(probabilities: Float32Array): Verdict[] {
  return Array.from({ length: probabilities.length / 10 }, (_, i) => {
    const row = probabilities.subarray(i * 10, (i + 1) * 10)
    const confidence = Math.max(...row)
    return { digit: row.indexOf(confidence), confidence }
  })
}

export function summary(verdicts: readonly Verdict[]) {
  const share = verdicts.filter(({ confidence }) => confidence > sure).length / verdicts.length
  const mean = verdicts.reduce((sum, { confidence }) => sum + confidence, 0) / verdicts.length
  return { share, mean, digits: [...new Set(verdicts.map(({ digit }) => digit))].toSorted((a, b) => a - b) }
}
