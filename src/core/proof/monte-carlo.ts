import { createNoise } from '../rng.ts'
import type { Latent } from '../types.ts'
import { conditionalOf, covarianceOf, dimension, observations } from './gaussian.ts'
import type { Conditional, ObservationName } from './gaussian.ts'
import { bures, build, eigen, trace } from './matrices.ts'
import type { Matrix } from './matrices.ts'
import { fillRun, sampleRun } from './table.ts'
import type { FillCase, SampleCase } from './table.ts'
import type { Run } from './propagate.ts'

/**
 * The same errors by sampling, with the program's own noise: a check of the exact propagation, and the only way where a method is not affine.
 * Groups of runs give the standard error; the bias of a covariance estimated from few samples is taken off by comparing each group with
 * its halves.
 */

export interface Estimate {
  readonly error: number
  readonly standardError: number
}

export interface Counts {
  readonly groups: number
  /** Images a run. */
  readonly images: number
  readonly seed: number
}

/**
 * sqrt(E_y W2^2 / tr P*), each image a run of its own seed. The mean over observations needs no chance: over y_r = sqrt(K lambda_r) v_r of the K
 * eigenvectors of Skk, the mean of |dB y|^2 is tr(dB Skk dB') itself.
 */
export async function sampledFillError(name: ObservationName, fill: FillCase, counts: Counts): Promise<Estimate> {
  const { rho, known } = observations[name]
  const truth = conditionalOf(covarianceOf(rho), known)
  const photos = observationsOf(truth)
  const { run, plan } = fillRun(name, fill)
  const startStd = Math.sqrt(1 + plan.levels[0]! ** 2)
  const squares: number[] = []
  let seed = counts.seed
  for (let group = 0; group < counts.groups; group++) {
    const halves = [momentsOf(truth.u.length), momentsOf(truth.u.length)]
    let slip = 0
    for (const [r, photo] of photos.entries()) {
      const end = await runImages(run, counts.images, startStd, photo, seed)
      seed += counts.images
      const fills = rowsOf(end, truth.u)
      const mean = meanOf(fills)
      const wanted = truth.best.map((row) => row.reduce((sum, weight, j) => sum + weight * photo[truth.k[j]!]!, 0))
      const spread = halves[r % 2]!.add(fills, mean)
      slip += mean.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0) - spread / counts.images
    }
    squares.push((slip / photos.length + debiased(truth.exact, halves)) / trace(truth.exact))
  }
  return estimateOf(squares)
}

/** sqrt(W2^2 / tr S) of a sampler's end; `calls`: model calls of one run, the most of any where they differ. */
export async function sampledSampleError(sample: SampleCase, counts: Counts): Promise<Estimate & { readonly calls: number }> {
  const { run, plan, rho, callsMade } = sampleRun(sample)
  let calls = 0
  const S = covarianceOf(rho)
  const startStd = Math.sqrt(1 + plan.levels[0]! ** 2)
  const all = Array.from({ length: dimension }, (_, i) => i)
  const squares: number[] = []
  let seed = counts.seed
  for (let group = 0; group < counts.groups; group++) {
    const halves = [momentsOf(dimension), momentsOf(dimension)]
    for (const half of halves) {
      const rows = rowsOf(await runImages(run, counts.images, startStd, new Float64Array(dimension), seed), all)
      // The mean of the truth is 0 and known.
      half.add(
        rows,
        all.map(() => 0),
        0,
      )
      calls = Math.max(calls, callsMade())
      seed += counts.images
    }
    squares.push(debiased(S, halves) / trace(S))
  }
  return { ...estimateOf(squares), calls }
}

function estimateOf(squares: readonly number[]): Estimate {
  const n = squares.length
  const mean = squares.reduce((sum, value) => sum + value, 0) / n
  const variance = squares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  const error = Math.sqrt(Math.max(0, mean))
  // d sqrt(q) = dq / (2 sqrt(q)).
  return { error, standardError: Math.sqrt(variance / n) / (2 * error) }
}

interface Moments {
  /** Adds rows about their mean; gives the trace of their covariance. `lost`: degrees of freedom the mean took. */
  add(rows: Matrix, mean: readonly number[], lost?: number): number
  readonly sum: number[][]
  freedom: number
}

function momentsOf(d: number): Moments {
  const sum = build(d, d, () => 0)
  return {
    sum,
    freedom: 0,
    add(rows, mean, lost = 1) {
      let traced = 0
      for (const row of rows) {
        for (let i = 0; i < d; i++) {
          const left = row[i]! - mean[i]!
          traced += left * left
          for (let j = 0; j < d; j++) sum[i]![j] = sum[i]![j]! + left * (row[j]! - mean[j]!)
        }
      }
      this.freedom += rows.length - lost
      return traced / (rows.length - lost)
    },
  }
}

/** The distance's bias falls as 1/n: twice the whole less the mean of the halves is free of it to first order. */
function debiased(exact: Matrix, halves: readonly Moments[]): number {
  const covariance = (parts: readonly Moments[]) => {
    const freedom = parts.reduce((sum, part) => sum + part.freedom, 0)
    return build(exact.length, exact.length, (i, j) => parts.reduce((sum, part) => sum + part.sum[i]![j]!, 0) / freedom)
  }
  const whole = bures(exact, covariance(halves))
  return 2 * whole - halves.reduce((sum, half) => sum + bures(exact, covariance([half])), 0) / halves.length
}

async function runImages(run: Run, images: number, startStd: number, photo: Float64Array, seed: number): Promise<Latent> {
  const noise = createNoise(Array.from({ length: images }, (_, i) => seed + i))
  const x: Latent = { shape: { n: images, c: 1, h: 1, w: dimension }, data: new Float64Array(images * dimension) }
  noise(x, 'start', 0)
  for (let i = 0; i < x.data.length; i++) x.data[i] = x.data[i]! * startStd
  let last = x
  for await (const { state } of run({ next: 0, x, memory: [] }, noise, photo)) last = state.x
  return last
}

const rowsOf = ({ shape, data }: Latent, chosen: readonly number[]): number[][] =>
  Array.from({ length: shape.n }, (_, k) => chosen.map((i) => data[k * dimension + i]!))

const meanOf = (rows: Matrix): number[] => rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length)

function observationsOf({ k, Skk }: Conditional): Float64Array[] {
  const { values, vectors } = eigen(Skk)
  return values.map((value, r) => {
    const photo = new Float64Array(dimension)
    for (const [j, place] of k.entries()) photo[place] = Math.sqrt(k.length * value) * vectors[j]![r]!
    return photo
  })
}
