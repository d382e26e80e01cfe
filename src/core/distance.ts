/**
 * Exact Euclidean distance transform in two passes (Meijster, Roerdink and Hesselink 2000): the vertical distance to the nearest seed, then
 * along each row the lower envelope of the parabolas (x - i)^2 + vertical(i)^2. All in integers, so no distance is off by a rounding.
 */

/**
 * Maps the squared distance of each pixel to its nearest seed (`seeds` not 0) through `table`, whose index is the squared distance; what is
 * farther than the table reaches gets `beyond`. Written row by row, so that no plane of distances is ever held.
 */
export function mapDistance(seeds: Uint8Array, width: number, height: number, table: Uint8Array, beyond: number): Uint8Array {
  const vertical = verticalDistance(seeds, width, height, Math.floor(Math.sqrt(table.length - 1)))
  const out = new Uint8Array(width * height)
  const envelope = { at: new Int32Array(width), from: new Int32Array(width) }
  for (let y = 0; y < height; y++) {
    mapRow(vertical.subarray(y * width, (y + 1) * width), envelope, table, beyond, out.subarray(y * width, (y + 1) * width))
  }
  return out
}

const none = 0xffff

/** Pixels up or down to the nearest seed of the column; `none` where it is farther than `reach`. */
function verticalDistance(seeds: Uint8Array, width: number, height: number, reach: number): Uint16Array {
  const out = new Uint16Array(width * height)
  for (let i = 0; i < width; i++) out[i] = seeds[i] === 0 ? none : 0
  for (let i = width; i < out.length; i++) {
    const above = out[i - width]!
    out[i] = seeds[i] !== 0 ? 0 : above < reach ? above + 1 : none
  }
  for (let i = out.length - 1 - width; i >= 0; i--) {
    const below = out[i + width]!
    if (below < reach && below + 1 < out[i]!) out[i] = below + 1
  }
  return out
}

interface Envelope {
  /** Columns whose parabola is lowest somewhere, left to right, and the first column where it is. */
  readonly at: Int32Array
  readonly from: Int32Array
}

/** A hot loop: kept in one piece. */
function mapRow(vertical: Uint16Array, { at, from }: Envelope, table: Uint8Array, beyond: number, out: Uint8Array): void {
  const width = vertical.length
  let x = 0
  while (x < width && vertical[x] === 0) x++
  if (x === width) return void out.fill(table[0]!)
  let last = -1
  for (let u = 0; u < width; u++) {
    const v = vertical[u]!
    if (v === none) continue
    let start = 0
    while (last >= 0) {
      const i = at[last]!
      const g = vertical[i]!
      // The first column where u's parabola lies strictly below i's.
      start = Math.floor((u * u - i * i + v * v - g * g) / (2 * (u - i))) + 1
      if (start > from[last]!) break
      last--
      start = 0
    }
    if (start >= width) continue
    at[++last] = u
    from[last] = start
  }
  if (last < 0) return void out.fill(beyond)
  for (x = width - 1; x >= 0; x--) {
    while (from[last]! > x) last--
    const away = x - at[last]!
    const squared = away * away + vertical[at[last]!]! ** 2
    out[x] = squared < table.length ? table[squared]! : beyond
  }
}
