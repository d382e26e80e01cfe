/** Points of a chart in a box, y downwards. Pure. */

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Scale {
  readonly low: number
  readonly high: number
  readonly log: boolean
  /** Runs from high to low, as noise does. */
  readonly reversed?: boolean
}

/** The range of these values, widened where they are all the same; undefined where there is none. A logarithmic one leaves out what is not above 0. */
export function scaleFor(values: readonly number[], log: boolean, reversed = false): Scale | undefined {
  const fine = values.filter((value) => Number.isFinite(value) && (!log || value > 0))
  if (fine.length === 0) return undefined
  const [low, high] = [Math.min(...fine), Math.max(...fine)]
  if (low < high) return { low, high, log, reversed }
  return log ? { low: low / 2, high: high * 2, log, reversed } : { low: low - 0.5, high: high + 0.5, log, reversed }
}

/** 0..1 along a scale; undefined for what has no place on it. */
export function along(value: number, { low, high, log, reversed = false }: Scale): number | undefined {
  if (!Number.isFinite(value) || (log && value <= 0)) return undefined
  const at = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
  return reversed ? 1 - at : at
}

/** Points of a polyline "x,y x,y"; what has no place is left out. */
export function polyline(points: readonly Point[], x: Scale, y: Scale, width: number, height: number): string {
  return points
    .flatMap((point) => {
      const [across, up] = [along(point.x, x), along(point.y, y)]
      return across === undefined || up === undefined ? [] : [`${round(across * width)},${round((1 - up) * height)}`]
    })
    .join(' ')
}

/** A few round values of the scale. */
export function ticks(scale: Scale): readonly number[] {
  const { low, high, log } = scale
  if (log) {
    const decades = Math.log10(high / low)
    // Over few decades their twos and fives too; over many only every second one.
    const parts = decades < 2.5 ? [1, 2, 5] : [1]
    const each = decades > 6 ? Math.ceil(decades / 5) : 1
    const from = Math.floor(Math.log10(low))
    const all = Array.from({ length: Math.ceil(decades / each) + 2 }, (_, i) =>
      parts.map((part) => part * 10 ** (from + i * each)),
    ).flat()
    const inside = all.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
    return inside.length >= 2 ? inside : [low, high]
  }
  const rough = (high - low) / 4
  const size = 10 ** Math.floor(Math.log10(rough))
  const by = size * ([1, 2, 5, 10].find((one) => one * size >= rough) ?? 10)
  const first = Math.ceil(low / by - 1e-9)
  const even = Array.from({ length: Math.floor(high / by + 1e-9) - first + 1 }, (_, i) =>
    Number(((first + i) * by).toPrecision(12)),
  )
  return even.length >= 2 ? even : [low, high]
}

const round = (value: number): number => Math.round(value * 100) / 100
