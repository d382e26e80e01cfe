import type { JobImage } from '../../shared/api.ts'
import { valuesOf, type AxisValue, type CompareAxis } from '../../shared/compare.ts'
import { words } from '../i18n/index.ts'
import { said, saidIn } from '../i18n/said.ts'
import { milliseconds, plain } from '../state/format.ts'
import { shapeOf, type Of } from './draft.ts'
import type { CompareJob } from './session.ts'

/** Cells in words, in the language of the window. What is exported speaks English: shared/axes.ts. */

/** A photograph or a model by its id. */
export type Names = (id: string) => string

export function valueWords(of: Of, name: string, value: AxisValue, names: Names): string {
  const shape = shapeOf(of, name)
  const own = ownWords(name, value, names)
  return shape === undefined || shape.plain ? own : words().compare.cell.value(labelWords(of, name), own)
}

/** The value without the name of its axis. */
export function ownWords(name: string, value: AxisValue, names: Names): string {
  const { common, compare } = words()
  if (typeof value === 'boolean') return value ? common.on : common.off
  // What is so small that it is written with an exponent is so in every language.
  if (typeof value === 'number') return /e/.test(String(value)) ? String(value) : plain(value)
  return name === 'photo' || name === 'model' ? names(value) : saidIn(compare.sentences, said(value))
}

/** What an axis is called, as it stands inside a sentence. */
export const labelWords = (of: Of, name: string): string => words().common.inside(said(shapeOf(of, name)?.label ?? name))

/** "steps 10, eta 0.5". */
export function cellWords(
  { of, axes }: { readonly of: Of; readonly axes: readonly CompareAxis[] },
  cell: number,
  names: Names,
): string {
  return valuesOf(axes, cell)
    .map(([name, value]) => valueWords(of, name, value, names))
    .join(', ')
}

/** "10 calls · 31 ms"; of a picture that asked no model nothing. */
export function markWords(image: JobImage | undefined): string {
  const { nfe, milliseconds: took } = image?.cell ?? {}
  if (nfe === undefined || nfe === 0 || took === undefined) return ''
  return words().compare.cell.mark(nfe, milliseconds(took))
}

/** "steps and eta". */
export const axesWords = ({ request }: CompareJob): string =>
  words().common.and(request.axes.map(({ name }) => labelWords(request.of, name)))

/** From this confidence of the judge on a picture counts as clear. */
export const sureFrom = 0.9

/** Share of the pictures of a cell that the judge is sure of; undefined where none was judged. */
export function clearShare(images: readonly (JobImage | undefined)[]): number | undefined {
  const sure = images.flatMap((image) => image?.cell?.sure ?? [])
  return sure.length === 0 ? undefined : sure.filter((one) => one > sureFrom).length / sure.length
}
