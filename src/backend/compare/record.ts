import { appendFile, readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AxisValue, CompareRequest } from '../../shared/compare.ts'
import { writeError } from '../files.ts'

/**
 * What of a comparison is done, kept cell by cell: a line of `cells.jsonl` is added when a cell's pictures are whole on the disk, so that a run that was
 * killed or cancelled goes on at the next cell.
 */

export interface CellPicture {
  readonly file: string
  readonly seed: number
  readonly width: number
  readonly height: number
  /** Of the file's bytes, and of its decoded pixels. */
  readonly sha256: string
  readonly pixels: string
  /** How sure the judge is of what it sees, 0..1. */
  readonly sure?: number
}

export interface CellRecord {
  readonly cell: number
  readonly nfe: number
  readonly milliseconds: number
  /** None where no model was asked. */
  readonly device: string | null
  readonly pictures: readonly CellPicture[]
}

/** compare.json: all that was compared, beside its pictures. */
export interface CompareReport {
  readonly palimpsest: 'compare'
  readonly format: 1
  readonly app: string
  readonly request: CompareRequest
  /** In the order of the grid: the last axis runs fastest. */
  readonly cells: readonly (CompareCell & Partial<Omit<CellRecord, 'cell'>>)[]
  readonly notices: readonly string[]
}

export interface CompareCell {
  readonly values: Readonly<Record<string, AxisValue>>
  readonly words: string
  /** The same settings as that cell: run once. */
  readonly sameAs?: number
  /** Why it could not be. */
  readonly reason?: string
}

const recordFile = (folder: string): string => join(folder, 'cells.jsonl')
export const cellTrace = (folder: string, cell: number): string => join(folder, `trace-${String(cell)}.json`)

export async function keepCell(folder: string, record: CellRecord): Promise<void> {
  try {
    await appendFile(recordFile(folder), `${JSON.stringify(record)}\n`)
  } catch (error) {
    throw writeError(error, recordFile(folder))
  }
}

/** The finished cells whose pictures are still there. A line cut short by a crash is none. */
export async function keptCells(folder: string, file: (picture: string) => string): Promise<ReadonlyMap<number, CellRecord>> {
  const text = await readFile(recordFile(folder), 'utf8').catch(() => '')
  const cells = new Map<number, CellRecord>()
  for (const line of text.split('\n')) {
    try {
      const record = JSON.parse(line) as CellRecord
      if (record.pictures.every((picture) => existsSync(file(picture.file)))) cells.set(record.cell, record)
    } catch {
      // Empty, or half a line.
    }
  }
  return cells
}
