import { expect, it } from 'vitest'
import { createNoise } from '../../src/core/rng.ts'
import { denoiserCard } from '../../src/shared/card.ts'
import { plane, shippedCard, shippedFolder, startJudge, summary, sure, type Verdict } from '../support/judge.ts'
import { type Engine, startEngine } from '../support/worker.ts'

/**
 * Does the shipped model draw digits? Samples of the built engine, judged by the shipped classifier: the measure of the report in
 * docs/models.md. SOAK=1 draws as many as that report does.
 *
 * Confidence says something only because the judge was taught to be unsure of what is no digit (tools/training/classifier.py), which the
 * second test holds it to; and many different digits must occur, or one good digit drawn again and again would do.
 */

const count = process.env.SOAK === '1' ? 256 : 64
const batch = 16
const shape = { n: batch, c: 1, h: 28, w: 28 }

function sample(engine: Engine, from: number) {
  const seeds = Array.from({ length: batch }, (_, i) => from + i)
  const way = {
    kind: 'generate',
    sampler: 'ddim',
    eta: 0,
    steps: 50,
    spacing: 'leading',
    variance: 'small',
    threshold: 'clip',
  } as const
  return engine.remote.call('run', { ...way, seeds, width: 28, height: 28, preview: { size: 0, everyMs: 0 } }).result
}

it(`draws ${String(count)} digits that the judge knows`, { timeout: 900_000 }, async () => {
  const [painter, judge] = [startEngine(), await startJudge()]
  const card = denoiserCard.parse(shippedCard('mnist'))
  await painter.remote.call('load', { folder: shippedFolder('mnist'), card, device: 'cpu' }).result
  const verdicts: Verdict[] = []
  const ink: number[] = []
  for (let from = 0; from < count; from += batch) {
    const { images } = await sample(painter, from)
    verdicts.push(...(await judge(images)))
    for (let i = 0; i < batch; i++)
      ink.push(images.subarray(i * plane, (i + 1) * plane).filter((value) => value > -0.9).length / plane)
  }
  const { share, mean, digits } = summary(verdicts)
  const { state } = card.provenance
  process.stdout.write(
    `models/mnist (${state}): ${(100 * share).toFixed(1)} % of ${String(count)} over ${String(sure)}, mean ${mean.toFixed(3)}, ` +
      `digits ${digits.join(' ')}, ink ${Math.min(...ink).toFixed(2)} to ${Math.max(...ink).toFixed(2)}\n`,
  )
  expect(verdicts).toHaveLength(count)
  expect(mean).toBeGreaterThan(0.5)
  // Of 64 draws of ten equally frequent digits, fewer than eight different ones come up less than once in a million times.
  expect(digits.length).toBeGreaterThanOrEqual(count === 256 ? 10 : 8)
  // Of the test digits of MNIST the first 200 have ink on 6 to 33 % of their pixels.
  expect(Math.min(...ink)).toBeGreaterThan(0.02)
  expect(Math.max(...ink)).toBeLessThan(0.5)
  if (state === 'finished') expect(share).toBeGreaterThanOrEqual(0.9)
})

it('is not sure of noise, of an empty page or of a negative', async () => {
  const judge = await startJudge()
  const noise = { shape, data: new Float32Array(batch * plane) }
  createNoise(Array.from({ length: batch }, (_, i) => i))(noise, 'start', 0)
  const ofNoise = summary(await judge(noise.data.map((value) => Math.min(1, Math.max(-1, value)))))
  const ofNothing = summary(await judge(new Float32Array(batch * plane).fill(-1)))
  const painter = startEngine()
  await painter.remote.call('load', {
    folder: shippedFolder('mnist'),
    card: denoiserCard.parse(shippedCard('mnist')),
    device: 'cpu',
  }).result
  const { images } = await sample(painter, 0)
  const ofNegatives = summary(await judge(images.map((value) => -value)))
  for (const { share } of [ofNoise, ofNothing, ofNegatives]) expect(share).toBe(0)
})
