import { philoxInto } from './rng.ts'

/**
 * Masks of random brush strokes in the thin and the thick style that inpainting is tested with, from a generator of our own: bent lines with
 * round ends and joints. Everything is a fraction of the shorter side, so a picture twice as large has the same mask twice as large; only
 * + - * / and sqrt are used, so the bits are the same everywhere.
 */

export const strokeStyles = ['thin-strokes', 'thick-strokes'] as const
export type StrokeStyle = (typeof strokeStyles)[number]

/** Uniform between its two numbers, both included where they are counts. */
type Range = readonly [low: number, high: number]

/** What a style is made of; what comes of it is in docs/maths.md. Lengths and widths in shorter sides. */
const styles: Readonly<
  Record<
    StrokeStyle,
    {
      /** Strokes on a square of one side; a longer picture has more, by its area. */
      readonly strokes: Range
      /** Straight pieces of a stroke, and the length of each. */
      readonly pieces: Range
      readonly length: Range
      /** One width a stroke. */
      readonly width: Range
      /** Largest turn at a joint, as the tangent of half the angle: .4 is 44 degrees, .6 is 62. */
      readonly turn: number
    }
  >
> = {
  'thin-strokes': { strokes: [8, 16], pieces: [4, 10], length: [0.05, 0.2], width: [0.01, 0.04], turn: 0.4 },
  'thick-strokes': { strokes: [2, 4], pieces: [1, 4], length: [0.1, 0.45], width: [0.1, 0.25], turn: 0.6 },
}

/** At least this many pixels wide: a stroke between the pixels' centres would paint nothing. */
const leastWidth = 1.5

/** All points within `radius` of the line from a to b, in pixels; pixel (x, y) is the unit square with that corner. */
export interface Capsule {
  readonly ax: number
  readonly ay: number
  readonly bx: number
  readonly by: number
  readonly radius: number
}

/** The strokes of a w x h picture. The same (style, seed) is the same drawing at any size of the same shape. */
export function strokesOf(style: StrokeStyle, w: number, h: number, seed: number): Capsule[] {
  const { strokes, pieces, length, width, turn } = styles[style]
  const side = Math.min(w, h)
  const chance = chanceOf(seed, strokeStyles.indexOf(style))
  const between = ([low, high]: Range): number => low + (high - low) * chance()
  const countBetween = ([low, high]: Range): number => low + Math.floor((high - low + 1) * chance())
  const [right, bottom] = [w / side, h / side]
  const capsules: Capsule[] = []
  const count = Math.max(1, Math.round((countBetween(strokes) * w * h) / (side * side)))
  for (let stroke = 0; stroke < count; stroke++) {
    const radius = Math.max((between(width) * side) / 2, leastWidth / 2)
    let [x, y] = [right * chance(), bottom * chance()]
    let [dx, dy] = direction(chance)
    for (let piece = countBetween(pieces); piece > 0; piece--) {
      const far = between(length)
      // It turns back at the border instead of leaving.
      if (x + far * dx < 0 || x + far * dx > right) dx = -dx
      if (y + far * dy < 0 || y + far * dy > bottom) dy = -dy
      const [toX, toY] = [Math.min(right, Math.max(0, x + far * dx)), Math.min(bottom, Math.max(0, y + far * dy))]
      capsules.push({ ax: x * side, ay: y * side, bx: toX * side, by: toY * side, radius })
      ;[x, y] = [toX, toY]
      ;[dx, dy] = turned(dx, dy, turn * (2 * chance() - 1))
    }
  }
  return capsules
}

/** A point of the circle: one of the square, until it lies in the disc. */
function direction(chance: () => number): readonly [number, number] {
  for (;;) {
    const [u, v] = [2 * chance() - 1, 2 * chance() - 1]
    const squared = u * u + v * v
    if (squared > 0.01 && squared <= 1) return [u / Math.sqrt(squared), v / Math.sqrt(squared)]
  }
}

/** By the angle whose half has the tangent t: cos = (1 - t^2)/(1 + t^2), sin = 2t/(1 + t^2). */
function turned(dx: number, dy: number, t: number): readonly [number, number] {
  const cosine = (1 - t * t) / (1 + t * t)
  const sine = (2 * t) / (1 + t * t)
  return [cosine * dx - sine * dy, sine * dx + cosine * dy]
}

/** Uniform numbers in 0..1, neither end included: Philox under the seed, with a last counter word that no picture's noise has. */
function chanceOf(seed: number, stream: number): () => number {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`Expected an integer from 0 to 2^53 - 1 as seed of the strokes but received ${seed}.`)
  const words = new Uint32Array(4)
  let drawn = 0
  return () => {
    if (drawn % 4 === 0) philoxInto(words, drawn / 4, stream, 0, 1, seed >>> 0, Math.floor(seed / 4294967296))
    return ((words[drawn++ % 4] ?? NaN) + 0.5) / 4294967296
  }
}

/** The part of a picture that starts at (left, top), w x h pixels. */
export interface Window {
  readonly left: number
  readonly top: number
  readonly w: number
  readonly h: number
}

/** 1 where the centre of a pixel lies in any of the capsules; of the window alone. */
export function drawCapsules(capsules: readonly Capsule[], { left, top, w, h }: Window): Uint8Array {
  const mask = new Uint8Array(w * h)
  for (const capsule of capsules) {
    const first = Math.max(0, Math.ceil(Math.min(capsule.ay, capsule.by) - capsule.radius - 0.5) - top)
    const end = Math.min(h, Math.floor(Math.max(capsule.ay, capsule.by) + capsule.radius - 0.5) + 1 - top)
    for (let y = first; y < end; y++) {
      const [low, high] = across(capsule, y + top + 0.5)
      const from = Math.max(0, Math.ceil(low - 0.5) - left)
      const to = Math.min(w, Math.floor(high - 0.5) + 1 - left)
      if (from < to) mask.fill(1, y * w + from, y * w + to)
    }
  }
  return mask
}

/** Where the row at height y enters and leaves a capsule. It is convex, so that is the outermost of its two discs and the band between. */
function across({ ax, ay, bx, by, radius }: Capsule, y: number): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity]
  const meet = (x: number): void => {
    if (x < low) low = x
    if (x > high) high = x
  }
  for (const [cx, cy] of [
    [ax, ay],
    [bx, by],
  ] as const) {
    const rest = radius * radius - (y - cy) * (y - cy)
    if (rest < 0) continue
    meet(cx - Math.sqrt(rest))
    meet(cx + Math.sqrt(rest))
  }
  const length = Math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
  if (length === 0) return [low, high]
  const [nx, ny] = [(-(by - ay) * radius) / length, ((bx - ax) * radius) / length]
  const corners = [
    [ax + nx, ay + ny],
    [bx + nx, by + ny],
    [bx - nx, by - ny],
    [ax - nx, ay - ny],
  ] as const
  for (const [i, [px, py]] of corners.entries()) {
    const [qx, qy] = corners[(i + 1) % 4] ?? [px, py]
    if (py !== qy && Math.min(py, qy) <= y && y <= Math.max(py, qy)) meet(px + ((y - py) / (qy - py)) * (qx - px))
  }
  return [low, high]
}
