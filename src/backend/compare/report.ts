import { axisWords } from '../../shared/axes.ts'
import { type AxisValue, picturesEach, valuesOf } from '../../shared/compare.ts'
import { tablesOf } from '../../shared/compare-layout.ts'
import type { SheetSection } from '../../shared/imaging.ts'
import { shapesOf, type PlannedComparison } from './plan.ts'
import type { CellRecord, CompareReport } from './record.ts'

/** What is written of a comparison: compare.json, and the tables of its sheet. */

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

function wordsOf(of: PlannedComparison['request']['of'], values: readonly (readonly [string, AxisValue])[], names: Names): string {
  const shapes = shapesOf(of)
  return values
    .map(([name, value]) => {
      const shape = shapes.find((one) => one.name === name)
      const said = name === 'photo' ? names(String(value)) : value
      return shape === undefined ? String(said) : axisWords(shape, said)
    })
    .join(', ')
}

/** "10 calls, 31 ms", "sure 98 %": what stands below a cell. */
function linesOf({ nfe, milliseconds, reason, pictures = [] }: CompareReport['cells'][number]): readonly string[] {
  if (reason !== undefined) return ['cannot be run']
  if (nfe === undefined || milliseconds === undefined) return ['not made']
  if (nfe === 0) return []
  const judged = pictures.flatMap(({ sure }) => (sure === undefined ? [] : [sure]))
  const good = judged.filter((sure) => sure > sureFrom).length
  const share = judged.length < 2 ? [] : [`${Math.round((100 * good) / judged.length)} % clear`]
  return [`${nfe} ${nfe === 1 ? 'call' : 'calls'} · ${timeWords(milliseconds)}`, ...share]
}

/** From this confidence on a picture counts as clear. */
export const sureFrom = 0.9

const timeWords = (milliseconds: number): string =>
  milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds)} ms`

/** The tables with their names; `file` finds a picture. */
export function sectionsOf(report: CompareReport, file: (picture: string) => string, names: Names): readonly SheetSection[] {
  const { request, cells } = report
  const { axes, of } = request
  const head = (axis: number, place: number): string => {
    const { name, values } = axes[axis] ?? { name: '', values: [] }
    const value = values[place]
    return value === undefined ? '' : wordsOf(of, [[name, value]], names)
  }
  return tablesOf(axes).map(({ fixed, rows, columns, cells: placed, wrapped }) => ({
    title: fixed.map((place, axis) => head(axis, place)).join(', '),
    columns: Array.from({ length: columns }, (_, i) => (wrapped ? '' : head(axes.length - 1, i))),
    rows: Array.from({ length: rows }, (_, i) => (axes.length < 2 ? '' : head(axes.length - 2, i))),
    cells: placed.map(({ cell, row, column }) => {
      const one = cells[cell]
      const label = wrapped ? [head(0, cell)] : []
      return {
        row,
        column,
        paths: (one?.pictures ?? []).map((picture) => file(picture.file)),
        lines: one === undefined ? [] : [...label, ...linesOf(one)],
      }
    }),
  }))
}

/** What all cells share, for the legend. */
export function legendOf({ request, cells, app }: CompareReport, names: Names): readonly string[] {
  const { settings, of, axes } = request
  const varied = new Set(axes.map(({ name }) => name))
  const method = 'method' in settings ? settings.method : settings.sampler
  const common: readonly (readonly [string, string | number])[] = [
    ['model', settings.model],
    ['method' in settings ? 'method' : 'sampler', method],
    ['steps', settings.steps],
    ['seed', settings.seed],
    ...(of === 'generate' ? [] : [['photograph', names(request.photo)] as const]),
    ...(of === 'inpaint' ? [['mask', request.mask] as const] : []),
  ]
  const plain = of === 'forward' ? new Set(['sampler', 'steps']) : new Set<string>()
  const said = common.filter(([name]) => !varied.has(name === 'photograph' ? 'photo' : name) && !plain.has(name))
  const calls = cells.reduce(
    (sum, { nfe = 0, sameAs, pictures = [] }) => sum + (sameAs === undefined ? nfe * pictures.length : 0),
    0,
  )
  return [
    said.map(([name, value]) => `${name} ${value}`).join(' · '),
    `The same noise in every cell${varied.has('seed') ? ' of a seed' : ''} · ${cells.length} cells of ${picturesEach(request)} · ${calls} model calls · Palimpsest ${app}`,
  ]
}
