import type { Transition } from '../../core/types.ts'

/** The road of a run through its levels, drawn before it is taken. Pure: a walk in, points out. */
export interface Road {
  /** Model calls of the walk: the width of the drawing. An undo costs none and goes straight up; an inner step stays at its level. */
  readonly calls: number
  /** x: model calls made, 0..calls; y: 0 = all noise, 1 = clean. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export function roadOf(walk: readonly Transition[]): Road {
  const deepest = walk.reduce((most, { from, to }) => Math.max(most, from, to), 1)
  let calls = 0
  const points = [{ x: 0, y: (walk[0]?.from ?? 0) / deepest }]
  for (const { kind, to } of walk) {
    if (kind !== 'undo') calls++
    points.push({ x: calls, y: to / deepest })
  }
  return { calls, points }
}

/**
 * The road in at most about `columns` * 4 points: of each column the first, the lowest, the highest and the last, in the order they came,
 * so that no zigzag of the thousands of transitions is lost in height.
 */
export function thinned(road: Road, columns: number): Road['points'] {
  const { points, calls } = road
  if (points.length <= columns * 4) return points
  const out: Road['points'][number][] = []
  let from = 0
  while (from < points.length) {
    const column = columnOf(points[from]?.x ?? 0, calls, columns)
    let to = from
    let [lowest, highest] = [from, from]
    while (to + 1 < points.length && columnOf(points[to + 1]?.x ?? 0, calls, columns) === column) {
      to++
      if ((points[to]?.y ?? 0) < (points[lowest]?.y ?? 0)) lowest = to
      if ((points[to]?.y ?? 0) > (points[highest]?.y ?? 0)) highest = to
    }
    for (const at of [...new Set([from, lowest, highest, to])].toSorted((a, b) => a - b)) {
      const point = points[at]
      if (point !== undefined) out.push(point)
    }
    from = to + 1
  }
  return out
}

function columnOf(x: number, calls: number, columns: number): number {
  return Math.min(columns - 1, Math.floor((x / Math.max(1, calls)) * columns))
}

/** As the `points` of an SVG polyline in a box of this size, noise above. */
export function polyline(road: Road, width: number, height: number, inset: number): string {
  const inner = { width: width - 2 * inset, height: height - 2 * inset }
  return thinned(road, Math.max(1, Math.floor(inner.width)))
    .map(({ x, y }) => `${round(inset + (x / Math.max(1, road.calls)) * inner.width)},${round(inset + y * inner.height)}`)
    .join(' ')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
