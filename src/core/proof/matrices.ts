/** Small dense matrices for exact propagation on Gaussian data: rows of numbers, nothing clever. */

export type Matrix = readonly (readonly number[])[]

export const build = (rows: number, columns: number, at: (i: number, j: number) => number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => at(i, j)))

export const transpose = (a: Matrix): number[][] => build(a[0]!.length, a.length, (i, j) => a[j]![i]!)

export function multiply(a: Matrix, b: Matrix): number[][] {
  const columns = transpose(b)
  return build(a.length, columns.length, (i, j) => {
    const row = a[i]!
    const column = columns[j]!
    let sum = 0
    for (let k = 0; k < row.length; k++) sum += row[k]! * column[k]!
    return sum
  })
}

export const add = (a: Matrix, b: Matrix, scale = 1): number[][] =>
  build(a.length, a[0]!.length, (i, j) => a[i]![j]! + scale * b[i]![j]!)
export const pick = (a: Matrix, rows: readonly number[], columns: readonly number[]): number[][] =>
  rows.map((i) => columns.map((j) => a[i]![j]!))
export const trace = (a: Matrix): number => a.reduce((sum, row, i) => sum + row[i]!, 0)

/** Eigenvalues and vectors (in the columns) of a symmetric matrix. */
export interface Eigen {
  readonly values: readonly number[]
  readonly vectors: Matrix
}

/** By Jacobi's rotations. */
export function eigen(a: Matrix): Eigen {
  const n = a.length
  const m = a.map((row) => [...row])
  const v = build(n, n, (i, j) => (i === j ? 1 : 0))
  const size = Math.sqrt(m.flat().reduce((sum, x) => sum + x * x, 0))
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0
    for (let p = 0; p < n; p++) for (let q = 0; q < p; q++) off = Math.max(off, Math.abs(m[p]![q]!))
    if (off <= 1e-17 * size) break
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(m, v, p, q)
  }
  return { values: m.map((row, i) => row[i]!), vectors: v }
}

function rotate(m: number[][], v: number[][], p: number, q: number): void {
  const off = m[p]![q]!
  if (off === 0) return
  const theta = (m[q]![q]! - m[p]![p]!) / (2 * off)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  const turn = (row: number[]): void => {
    const [x, y] = [row[p]!, row[q]!]
    row[p] = c * x - s * y
    row[q] = s * x + c * y
  }
  for (const row of m) turn(row)
  for (let k = 0; k < m.length; k++) {
    const [x, y] = [m[p]![k]!, m[q]![k]!]
    m[p]![k] = c * x - s * y
    m[q]![k] = s * x + c * y
  }
  for (const row of v) turn(row)
}

/** f of a symmetric matrix, through its eigenvalues (negative ones, rounding only, count as 0). */
export function ofSymmetric(a: Matrix, f: (value: number) => number): number[][] {
  const { values, vectors } = eigen(a)
  const n = values.length
  const scaled = build(n, n, (i, j) => vectors[i]![j]! * f(Math.max(0, values[j]!)))
  return multiply(scaled, transpose(vectors))
}

export const inverse = (a: Matrix): number[][] => ofSymmetric(a, (x) => 1 / x)

/** tr(P + Q - 2 (P^.5 Q P^.5)^.5): the squared Bures distance of two covariances. */
export function bures(p: Matrix, q: Matrix): number {
  const root = ofSymmetric(p, Math.sqrt)
  const middle = eigen(multiply(multiply(root, q), root)).values
  return trace(p) + trace(q) - 2 * middle.reduce((sum, x) => sum + Math.sqrt(Math.max(0, x)), 0)
}
