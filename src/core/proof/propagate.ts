import { imageSize } from '../latent.ts'
import type { Latent, Noise, Purpose, SamplerState, Step } from '../types.ts'
import { add, build, multiply, transpose } from './matrices.ts'
import type { Matrix } from './matrices.ts'

/**
 * Exact propagation (Pierret & Galerne 2024, arXiv:2405.14250): with the ideal denoiser of Gaussian data every transition of most methods is an
 * affine map of state, memory, noise and photo. The map is read off our code itself, one basis vector an image of a batch, and mean and
 * covariance are carried through the walk without any sampling.
 */

/** A run of the code under proof, from a saved state. `photo` is one row of d values; a sampler ignores it. */
export type Run = (state: SamplerState, noise: Noise, photo: Float64Array) => AsyncGenerator<Step>

interface Draw {
  readonly purpose: Purpose
  readonly walk: number
}

/** What one transition does to each basis vector, a vector a row: x and memory [D, D'], each draw [d, D'], the photo [d, D']. */
interface Affine {
  readonly state: Matrix
  readonly draws: readonly Draw[]
  readonly noises: readonly Matrix[]
  readonly photo: Matrix
}

export interface Propagated {
  /** End = photo times this, plus noise: [d, d], a row a photo value. */
  readonly onPhoto: Matrix
  readonly covariance: Matrix
  readonly transitions: number
}

export class NotAffine extends Error {}

interface Size {
  readonly d: number
  readonly channels: number
}

export interface Walked {
  /** Values of a picture: `channels` rows of d / channels. */
  readonly d: number
  readonly channels?: number
  readonly run: Run
  readonly transitions: number
  /** Of the start: start = level times unit noise. */
  readonly startStd: number
  /** Without a photo nothing has to be read off for it. */
  readonly withPhoto: boolean
  /** Transitions of the same name have the same map; absent: all differ. */
  readonly nameOf?: (index: number) => string
}

const keyOf = ({ purpose, walk }: Draw): string => `${purpose} ${walk}`

export async function propagate({ d, channels = 1, run, transitions, startStd, withPhoto, nameOf }: Walked): Promise<Propagated> {
  const size: Size = { d, channels }
  const shared = await sharedDraws(run, size, transitions)
  const name = shared.size === 0 ? nameOf : undefined
  const kept = new Map<string, Affine>()
  /** Noise that more than one transition draws, as a map of its own onto the state: its parts are not independent. */
  const live = new Map<string, Matrix>()
  let onPhoto: Matrix = build(d, d, () => 0)
  let covariance: Matrix = build(d, d, (i, j) => (i === j ? startStd ** 2 : 0))
  let memory = 0
  for (let index = 0; index < transitions; index++) {
    const known = name === undefined ? undefined : kept.get(name(index))
    const map = known ?? (await readOff(run, size, index, memory, withPhoto))
    if (name !== undefined) kept.set(name(index), map)
    onPhoto = add(multiply(onPhoto, map.state), map.photo)
    covariance = multiply(multiply(transpose(map.state), covariance), map.state)
    for (const [key, onState] of live) live.set(key, multiply(onState, map.state))
    for (const [i, noise] of map.noises.entries()) {
      const key = keyOf(map.draws[i]!)
      if (!shared.has(key)) covariance = add(covariance, multiply(transpose(noise), noise))
      else live.set(key, live.has(key) ? add(live.get(key)!, noise) : noise)
    }
    memory = map.state[0]!.length / d - 1
  }
  for (const onState of live.values()) covariance = add(covariance, multiply(transpose(onState), onState))
  const own = Array.from({ length: d }, (_, i) => i)
  const ownPart = (rows: Matrix) => rows.map((row) => row.slice(0, d))
  return { onPhoto: ownPart(onPhoto), covariance: ownPart(own.map((i) => covariance[i]!)), transitions }
}

/** Walks once, listening: the draws that two transitions make. */
async function sharedDraws(run: Run, size: Size, transitions: number): Promise<Set<string>> {
  const seen = new Map<string, number>()
  const shared = new Set<string>()
  let index = 0
  const listening: Noise = (out, purpose, walk) => {
    const key = keyOf({ purpose, walk })
    if (seen.has(key) && seen.get(key) !== index) shared.add(key)
    seen.set(key, index)
    out.data.fill(0)
  }
  for await (const _step of run(
    stateOf(1, size, 0, 0, () => undefined),
    listening,
    new Float64Array(size.d),
  ))
    index++
  if (index !== transitions) throw new Error(`expected ${transitions} transitions but the run made ${index}`)
  return shared
}

async function readOff(run: Run, size: Size, index: number, memory: number, withPhoto: boolean): Promise<Affine> {
  const { d } = size
  const draws = await drawsOf(run, size, index, memory)
  const width = (1 + memory) * d
  const images = width + draws.length * d
  const noise: Noise = (out, purpose, walk) => {
    out.data.fill(0)
    const block = draws.findIndex((draw) => draw.purpose === purpose && draw.walk === walk)
    if (block < 0) throw new NotAffine('Its draws depend on what was drawn.')
    if (out.shape.n === images) unit(out.data, width + block * d, d)
  }
  const rows = await after(
    run,
    stateOf(images, size, index, memory, (data, part) => unit(data, part * d, d)),
    noise,
    new Float64Array(d),
  )
  await refuseUnlessLinear(run, size, index, memory, draws, rows)
  const photo: number[][] = []
  for (let i = 0; i < d && withPhoto; i++) {
    const one = Float64Array.from({ length: d }, (_, j) => (i === j ? 1 : 0))
    photo.push(
      ...(await after(
        run,
        stateOf(1, size, index, memory, () => undefined),
        silent,
        one,
      )),
    )
  }
  const after0 = rows[0]!.length
  return {
    state: rows.slice(0, width),
    draws,
    noises: draws.map((_, k) => rows.slice(width + k * d, width + (k + 1) * d)),
    photo: withPhoto ? photo : build(d, after0, () => 0),
  }
}

/** data[(first + i) d + i] = 1, i < d: rows first.. are the basis vectors. */
function unit(data: { [i: number]: number }, first: number, d: number): void {
  for (let i = 0; i < d; i++) data[(first + i) * d + i] = 1
}

const silent: Noise = (out) => void out.data.fill(0)

function stateOf(
  images: number,
  { d, channels }: Size,
  next: number,
  memory: number,
  fill: (data: Float64Array, part: number) => void,
): SamplerState {
  const [x, ...rest] = Array.from({ length: 1 + memory }, (_, part): Latent => {
    const data = new Float64Array(images * d)
    fill(data, part)
    return { shape: { n: images, c: channels, h: 1, w: d / channels }, data }
  })
  return { next, x: x!, memory: rest }
}

/** The state after one transition, x and memory side by side: a row an image. */
async function after(run: Run, state: SamplerState, noise: Noise, photo: Float64Array): Promise<number[][]> {
  const walk = run(state, noise, photo)
  const step = await walk.next()
  await walk.return(undefined)
  if (step.done === true) throw new Error('no transition was made')
  const { x, memory } = step.value.state
  const { n } = x.shape
  const d = imageSize(x.shape)
  const parts = [x, ...memory]
  if (parts.some((part) => part.data.length !== n * d)) throw new NotAffine('It remembers something other than pictures.')
  return build(n, parts.length * d, (i, j) => parts[Math.floor(j / d)]!.data[i * d + (j % d)]!)
}

async function drawsOf(run: Run, size: Size, index: number, memory: number): Promise<Draw[]> {
  const draws: Draw[] = []
  const listening: Noise = (out, purpose, walk) => {
    if (!draws.some((draw) => draw.purpose === purpose && draw.walk === walk)) draws.push({ purpose, walk })
    out.data.fill(0)
  }
  await after(
    run,
    stateOf(1, size, index, memory, () => undefined),
    listening,
    new Float64Array(size.d),
  )
  return draws
}

/** A sum of basis vectors must go to the sum of what they go to: a step size taken from a norm, or a clip, would show here. */
async function refuseUnlessLinear(
  run: Run,
  size: Size,
  index: number,
  memory: number,
  draws: readonly Draw[],
  rows: Matrix,
): Promise<void> {
  const { d } = size
  const weight = (i: number) => Math.sin(1 + 3 * i) * 2
  const width = (1 + memory) * d
  const state = stateOf(1, size, index, memory, (data, part) => {
    for (let i = 0; i < d; i++) data[i] = weight(part * d + i)
  })
  const noise: Noise = (out, purpose, walk) => {
    const block = draws.findIndex((draw) => draw.purpose === purpose && draw.walk === walk)
    for (let i = 0; i < d; i++) out.data[i] = weight(width + block * d + i)
  }
  const [got] = await after(run, state, noise, new Float64Array(d))
  const wanted = rows[0]!.map((_, j) => rows.reduce((sum, row, i) => sum + weight(i) * row[j]!, 0))
  const scale = Math.max(1, ...wanted.map(Math.abs))
  if (wanted.some((value, j) => !(Math.abs(value - got![j]!) <= 1e-8 * scale)))
    throw new NotAffine('A transition is not an affine map.')
}
