import { inpainters, samplers } from '../../core/index.ts'
import type { InpainterEntry, SamplerEntry, Settings } from '../../core/types.ts'
import { picturesEach } from '../../shared/compare.ts'
import { tablesOf } from '../../shared/compare-layout.ts'
import type { SheetSection } from '../../shared/imaging.ts'
import type { House } from '../house.ts'
import { kinds } from './fitted.ts'
import { shapesOf } from './plan.ts'
import type { CompareReport } from './record.ts'
import { wordsOf, type Names } from './report.ts'

/** The sheet of a comparison: title, legend and tables, in English as compare.json. */

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
const sureFrom = 0.9

const timeWords = (milliseconds: number): string =>
  milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds)} ms`

/** The tables with their names; `file` finds a picture. */
function sectionsOf(report: CompareReport, file: (picture: string) => string, names: Names): readonly SheetSection[] {
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

/** What an axis is called in a sentence: "steps at each level" for innerSteps. */
const labelOf = (of: CompareReport['request']['of'], name: string): string =>
  shapesOf(of)
    .find((shape) => shape.name === name)
    ?.label.toLowerCase() ?? name

/**
 * What all cells share, and which models they are. Of the settings those that say something: the method's own, and of the others what is not as usual.
 * `models`: their names by id.
 */
function legendOf({ request, cells, app }: CompareReport, names: Names, models: ReadonlyMap<string, string>): readonly string[] {
  const { settings, of, axes } = request
  const varied = new Set(axes.map(({ name }) => name))
  const said = sharedOf(request)
    .filter(([name]) => !varied.has(name))
    .map(([name, value]) => `${labelOf(of, name)} ${name === 'photo' ? names(String(value)) : String(value)}`)
  const asked = axes.find(({ name }) => name === 'model')?.values.map(String) ?? [settings.model]
  const known = asked.flatMap((id) => (models.has(id) ? [`${id}: ${models.get(id) ?? ''}`] : []))
  const calls = cells.reduce(
    (sum, { nfe = 0, sameAs, pictures = [] }) => sum + (sameAs === undefined ? nfe * pictures.length : 0),
    0,
  )
  const devices = [...new Set(cells.flatMap(({ device }) => device ?? []))]
  return [
    said.join(' · '),
    ...known,
    [
      `The same noise in every cell${varied.has('seed') ? ' of a seed' : ''}`,
      `${cells.length} cells of ${picturesEach(request)}`,
      `${calls} model calls${devices.length === 0 ? '' : ` on ${devices.join(' and ')}`}`,
      `Palimpsest ${app}`,
    ].join(' · '),
  ]
}

/** Settings by the names of their axes. */
function sharedOf(request: CompareReport['request']): readonly (readonly [string, unknown])[] {
  const { of, settings, axes } = request
  const varying = (name: string) => axes.some((axis) => axis.name === name)
  const photo = of === 'generate' ? [] : [['photo', request.photo] as const]
  if (of === 'forward') return [['model', settings.model], ['seed', settings.seed], ...photo]
  const { named, defaults } = kinds[of]
  const fields = settings as unknown as Readonly<Record<string, unknown>>
  const name = String(fields[named])
  const entry = of === 'generate' ? samplers[name] : inpainters[name]
  const controls = (entry?.controls ?? []).map((control) => [control, fields[control]] as const)
  const others = ['spacing', 'threshold'].filter((field) => fields[field] !== defaults[field])
  return [
    ['model', settings.model],
    [named, name],
    ['steps', settings.steps],
    ...controls,
    ...others.map((field) => [field, fields[field]] as const),
    ...(varying(named) ? Object.entries(settings.settings) : ownOf(entry, settings.settings)),
    ['seed', settings.seed],
    ...photo,
    ...(of === 'inpaint' ? [['mask', request.mask] as const] : []),
  ]
}

/** A method's own settings as they are run, those left at their defaults too; what is seldom changed only where it was, what is off not at all. */
function ownOf(entry: SamplerEntry | InpainterEntry | undefined, asked: Settings): readonly (readonly [string, unknown])[] {
  return (entry?.settings ?? []).flatMap(({ name, advanced, default: usual }) => {
    const value = asked[name] ?? (advanced === true ? false : usual)
    return value === false ? [] : [[name, value === true ? 'on' : value] as const]
  })
}

/** Pixels a side of a cell; of many cells fewer, so that a sheet stays within what viewers open. Small pictures are enlarged by whole numbers. */
function cellSize({ cells }: CompareReport): number {
  const base = cells.length <= 150 ? 168 : cells.length <= 600 ? 112 : cells.length <= 3000 ? 64 : 32
  const pictures = cells.find(({ pictures: own = [] }) => own.length > 0)?.pictures ?? []
  const across = Math.ceil(Math.sqrt(Math.min(mostInCell, pictures.length)))
  const width = pictures[0]?.width ?? 0
  const space = (across - 1) * betweenPictures
  if (width === 0 || width * across + space > base) return base
  const times = Math.max(1, Math.ceil((base - space) / across / width - 0.25))
  return times * width * across + space
}

/** As imaging draws them. */
const mostInCell = 16
const betweenPictures = 2

/** Height over width of the pictures; one that is very long is drawn smaller instead. */
function aspectOf({ cells }: CompareReport): number {
  const aspects = cells.flatMap(({ pictures = [] }) =>
    pictures.flatMap(({ width, height }) => (width === 0 ? [] : [height / width])),
  )
  return aspects.length === 0 ? 1 : Math.min(1, Math.max(0.4, ...aspects))
}

export function sheetOf(
  report: CompareReport,
  file: (picture: string) => string,
  names: Names,
  models: ReadonlyMap<string, string>,
): { title: string; legend: readonly string[]; sections: readonly SheetSection[]; cell: number; aspect: number } {
  const { of, axes } = report.request
  return {
    title: `Comparison of ${axes.map(({ name }) => labelOf(of, name)).join(' and ')}`,
    legend: legendOf(report, names, models),
    sections: sectionsOf(report, file, names),
    cell: cellSize(report),
    aspect: aspectOf(report),
  }
}

/** The names of models by their ids. */
export async function modelNames({ models }: Pick<House, 'models'>): Promise<ReadonlyMap<string, string>> {
  return new Map((await models.list()).flatMap(({ id, card }) => (card === null ? [] : [[id, card.name] as const])))
}
