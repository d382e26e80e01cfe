import type { JobImage } from '../../shared/api.ts'
import { axisWords } from '../../shared/axes.ts'
import { valuesOf, type AxisValue, type CompareAxis } from '../../shared/compare.ts'
import { counted, milliseconds } from '../state/format.ts'
import { shapeOf, type Of } from './draft.ts'
import type { CompareJob } from './session.ts'

/** Cells in words. Pure. */

/** A photograph by its id. */
export type Names = (photo: string) => string

export function valueWords(of: Of, name: string, value: AxisValue, names: Names): string {
  const shape = shapeOf(of, name)
  const said = name === 'photo' ? names(String(value)) : value
  return shape === undefined ? String(said) : axisWords(shape, said)
}

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
  return `${counted(nfe, 'call')} · ${milliseconds(took)}`
}

/** "steps and eta". */
export const axesWords = ({ request }: CompareJob): string =>
  request.axes.map(({ name }) => shapeOf(request.of, name)?.label.toLowerCase() ?? name).join(' and ')

/** From this confidence of the judge on a picture counts as clear. */
export const sureFrom = 0.9

/** Share of the pictures of a cell that the judge is sure of; undefined where none was judged. */
export function clearShare(images: readonly (JobImage | undefined)[]): number | undefined {
  const sure = images.flatMap((image) => image?.cell?.sure ?? [])
  return sure.length === 0 ? undefined : sure.filter((one) => one > sureFrom).length / sure.length
}
