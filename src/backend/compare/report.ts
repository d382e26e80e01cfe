import { axisWords } from '../../shared/axes.ts'
import { type AxisValue, valuesOf } from '../../shared/compare.ts'
import { shapesOf, type PlannedComparison } from './plan.ts'
import type { CellRecord, CompareReport } from './record.ts'

/** What is written of a comparison: compare.json. Its words are English, whatever the window speaks: files are passed on. */

/** A photograph's name. */
export type Names = (photo: string) => string

export function comparisonReport(
  { request, cells: count, repeats, refused }: PlannedComparison,
  done: ReadonlyMap<number, CellRecord>,
  notices: readonly string[],
  app: string,
  names: Names,
): CompareReport {
  const same = new Map(repeats.map(({ cell, sameAs }) => [cell, sameAs]))
  const reasons = new Map(refused.map(({ cell, reason }) => [cell, reason]))
  // Without what `kind` a queue has given it.
  const { kind: _kind, ...plain } = request as typeof request & { kind?: string }
  return {
    palimpsest: 'compare',
    format: 1,
    app,
    request: plain as typeof request,
    notices,
    cells: Array.from({ length: count }, (_, cell) => {
      const values = valuesOf(request.axes, cell)
      const [sameAs, reason] = [same.get(cell), reasons.get(cell)]
      // A repeated cell's pictures are the first one's.
      const { cell: _cell, ...record } = done.get(sameAs ?? cell) ?? { cell }
      return {
        values: Object.fromEntries(values),
        words: wordsOf(request.of, values, names),
        ...(sameAs === undefined ? {} : { sameAs }),
        ...(reason === undefined ? {} : { reason }),
        ...record,
      }
    }),
  }
}

/** "steps 10, eta 0.5". */
export function wordsOf(
  of: PlannedComparison['request']['of'],
  values: readonly (readonly [string, AxisValue])[],
  names: Names,
): string {
  const shapes = shapesOf(of)
  return values
    .map(([name, value]) => {
      const shape = shapes.find((one) => one.name === name)
      const said = name === 'photo' ? names(String(value)) : value
      return shape === undefined ? String(said) : axisWords(shape, said)
    })
    .join(', ')
}
