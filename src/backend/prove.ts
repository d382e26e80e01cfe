import { inpainterCalls, inpainters, samplers } from '../core/index.ts'
import { observationNames } from '../core/proof/gaussian.ts'
import type { ObservationName } from '../core/proof/gaussian.ts'
import { sampledFillError, sampledSampleError } from '../core/proof/monte-carlo.ts'
import { NotAffine } from '../core/proof/propagate.ts'
import { exactFillError, exactSampleError, fillRun, publishedFills, sampleRun } from '../core/proof/table.ts'
import type { FillCase } from '../core/proof/table.ts'
import { throwIfCancelled } from './worker.ts'

/** `palimpsest prove`: every sampler and inpainting method against the closed form of Gaussian data. No model, no engine. */

export interface ProofRow {
  readonly kind: 'sampler' | 'inpainter'
  readonly name: string
  /** Settings of the row in words: "T=100, eta 0.3". */
  readonly settings: string
  readonly nfe: number
  readonly how: 'exact' | 'sampled'
  /** W2 to the truth, as a part of the truth's own spread; an inpainter by what is known. */
  readonly errors: Readonly<Partial<Record<ObservationName | 'data', number>>>
  /** Of sampled rows. */
  readonly standardErrors?: Readonly<Partial<Record<ObservationName | 'data', number>>>
  /** What the same row came to when it was computed independently of this code. */
  readonly published?: Readonly<Partial<Record<ObservationName, number>>>
}

export interface ProofCell {
  readonly name: string
  readonly settings: string
  readonly observation: ObservationName
  readonly exact: number
  readonly sampled: number
  readonly standardError: number
}

export interface Proof {
  readonly rows: readonly ProofRow[]
  /** Cells of the exact table run with the program's own noise as well. */
  readonly cells: readonly ProofCell[]
  /** Of exact against published, over all rows. */
  readonly worstDifference: number
  /** Of sampled against exact, in standard errors, over all cells. */
  readonly worstDeviation: number
  readonly passed: boolean
}

export interface ProveOptions {
  readonly quick: boolean
  readonly signal: AbortSignal
  readonly onRow: (row: ProofRow | ProofCell) => void
}

const tolerance = 1e-4
const deviations = 3
/** Pictures a sampled run of a fill, and of particles that compete: more of them are nearer, so few and many. */
const images = { quick: 50, whole: 150 }
const particles = { quick: [50], whole: [100, 400] }
const samplerSteps = [10, 20, 50, 100]
const fillSteps = [20, 50, 100]
const quickSteps = 20
/** A method that makes a hundred calls a level is quick over fewer of them. */
const quickStepsOf = (calls: (steps: number) => number): number => (calls(quickSteps) > 1000 ? 10 : quickSteps)

const sampledCells: readonly (readonly [ObservationName, FillCase])[] = [
  ...observationNames.map((name) => [name, { method: 'ddnm', steps: 20, eta: 0.3 }] as const),
  ['half', { method: 'ddnm', steps: 50, eta: 0.3 }],
  ['alt', { method: 'delayed-ding', steps: 50 }],
  ['gap', { method: 'delayed-ding', steps: 50 }],
  ['half', { method: 'repaint', steps: 25, jumpLength: 5, resamples: 5 }],
  ['outp', { method: 'repaint', steps: 25, jumpLength: 5, resamples: 5 }],
  ['half', { method: 'replace', steps: 100 }],
]

/** Rows as they are found; the whole takes some minutes on two cores, `quick` some seconds. */
export async function prove({ quick, signal, onRow }: ProveOptions): Promise<Proof> {
  const rows: ProofRow[] = []
  const cells: ProofCell[] = []
  const tell = <R extends ProofRow | ProofCell>(list: R[], row: R): void => {
    list.push(row)
    onRow(row)
    throwIfCancelled(signal)
  }
  const published = publishedFills.filter((fill) => !quick || workOf(fill) <= 50)
  for (const { errors: wanted, ...fill } of published) tell(rows, await publishedRow(fill, wanted))
  for (const name of Object.keys(samplers)) {
    if (samplers[name]?.adaptive === true) tell(rows, await sampledSampler(name, quickSteps, quick))
    else {
      const few = quickStepsOf((steps) => sampleRun({ sampler: name, steps }).calls)
      for (const steps of quick ? [few] : samplerSteps) tell(rows, await samplerRow(name, steps, quick))
    }
  }
  const proven = new Set(publishedFills.map((fill) => fill.method))
  for (const method of Object.keys(inpainters)) {
    if (proven.has(method)) continue
    const few = quickStepsOf((steps) => callsOf({ method, steps }))
    for (const steps of quick ? [few] : fillSteps) {
      if (inpainters[method]?.together !== true) tell(rows, await fillRow({ method, steps }, quick))
      else
        for (const count of particles[quick ? 'quick' : 'whole']) {
          const row = await sampledFill({ method, steps }, count)
          tell(rows, { ...row, settings: `${row.settings}, ${String(count)} particles` })
        }
    }
  }
  for (const [observation, fill] of quick ? sampledCells.slice(0, 2) : sampledCells)
    tell(cells, await cellOf(observation, fill, quick))
  const worstDifference = Math.max(
    ...rows.flatMap(({ errors, published: wanted }) =>
      observationNames.flatMap((name) => (wanted?.[name] === undefined ? [] : [Math.abs((errors[name] ?? NaN) - wanted[name])])),
    ),
  )
  const worstDeviation = Math.max(...cells.map((cell) => Math.abs(cell.sampled - cell.exact) / cell.standardError))
  return { rows, cells, worstDifference, worstDeviation, passed: worstDifference < tolerance && worstDeviation < deviations }
}

const callsOf = (fill: FillCase): number => {
  const entry = inpainters[fill.method]
  return entry === undefined ? 0 : inpainterCalls(entry, fillRun('half', fill).plan.walk)
}

/** In steps of a row of single values: three channels take longer. */
const workOf = ({ method, steps, resamples = 1 }: FillCase): number =>
  steps * resamples * (inpainters[method]?.keepsGrey === true ? 2 : 1)

const wordsOf = ({ method, steps, jumpLength = 1, resamples = 1, eta }: FillCase): string =>
  [
    `T=${String(steps)}`,
    ...(resamples > 1 ? [`j=${String(jumpLength)}`, `r=${String(resamples)}`] : []),
    ...(eta === undefined ? [] : [`eta ${String(eta)}`]),
    ...(inpainters[method]?.keepsGrey === true ? ['3 channels'] : []),
  ].join(', ')

async function publishedRow(fill: FillCase, wanted: readonly number[]): Promise<ProofRow> {
  const named = Object.fromEntries(['half', 'gap', 'alt', 'outp'].map((name, i) => [name, wanted[i]]))
  return { ...(await fillRow(fill, false)), published: named }
}

const fillOf = (fill: FillCase) => ({ kind: 'inpainter', name: fill.method, settings: wordsOf(fill), nfe: callsOf(fill) }) as const

async function fillRow(fill: FillCase, quick: boolean): Promise<ProofRow> {
  try {
    const errors: Partial<Record<ObservationName, number>> = {}
    for (const name of observationNames) errors[name] = await exactFillError(name, fill)
    return { ...fillOf(fill), how: 'exact', errors }
  } catch (error) {
    if (!(error instanceof NotAffine)) throw error
  }
  return sampledFill(fill, images[quick ? 'quick' : 'whole'])
}

async function sampledFill(fill: FillCase, count: number): Promise<ProofRow> {
  const { error, standardError } = await sampledFillError('half', fill, { groups: 5, images: count, seed: 1 })
  return { ...fillOf(fill), how: 'sampled', errors: { half: error }, standardErrors: { half: standardError } }
}

async function samplerRow(sampler: string, steps: number, quick: boolean): Promise<ProofRow> {
  try {
    const error = await exactSampleError({ sampler, steps })
    const nfe = sampleRun({ sampler, steps }).calls
    return { kind: 'sampler', name: sampler, settings: `T=${String(steps)}`, nfe, how: 'exact', errors: { data: error } }
  } catch (error) {
    if (!(error instanceof NotAffine)) throw error
    return sampledSampler(sampler, steps, quick)
  }
}

async function sampledSampler(sampler: string, steps: number, quick: boolean): Promise<ProofRow> {
  const { error, standardError, calls } = await sampledSampleError(
    { sampler, steps },
    { groups: 5, images: quick ? 200 : 1000, seed: 1 },
  )
  return {
    kind: 'sampler',
    name: sampler,
    settings: samplers[sampler]?.adaptive === true ? 'adaptive' : `T=${String(steps)}`,
    nfe: calls,
    how: 'sampled',
    errors: { data: error },
    standardErrors: { data: standardError },
  }
}

async function cellOf(observation: ObservationName, fill: FillCase, quick: boolean): Promise<ProofCell> {
  const exact = await exactFillError(observation, fill)
  const { error, standardError } = await sampledFillError(observation, fill, { groups: 10, images: quick ? 40 : 150, seed: 1 })
  return { name: fill.method, settings: wordsOf(fill), observation, exact, sampled: error, standardError }
}
