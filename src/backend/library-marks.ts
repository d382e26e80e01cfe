import { appendFile, open, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openFolder, writeAtomically, writeError } from './files.ts'
import { marksFile } from './library-places.ts'

/**
 * Favourites and tags, in the library's own folder, where an index that is made anew finds them: a line of JSON a change, the last one of a
 * picture counts. A line is appended whole or, where the machine stopped in it, is no JSON and passed by.
 */
export interface Marks {
  readonly favourite: boolean
  readonly tags: readonly string[]
}

interface Line extends Marks {
  readonly file: string
}

export interface MarksBook {
  /** By path; a picture without a mark is not in it. */
  read(): Promise<ReadonlyMap<string, Marks>>
  write(lines: ReadonlyMap<string, Marks>): Promise<void>
  /** Changes whenever anyone wrote; '' while there are none. */
  stamp(): Promise<string>
}

function parsed(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null) return undefined
    const { file, favourite, tags } = value as Partial<Record<keyof Line, unknown>>
    if (typeof file !== 'string' || typeof favourite !== 'boolean') return undefined
    if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return undefined
    return { file, favourite, tags: inOrder(tags) }
  } catch {
    return undefined
  }
}

/** Each once, in one order, so that two ways to the same tags are the same. */
export const inOrder = (tags: readonly string[]): readonly string[] => [...new Set(tags)].toSorted((a, b) => (a < b ? -1 : 1))

export const bare = ({ favourite, tags }: Marks): boolean => !favourite && tags.length === 0

const lineOf = (file: string, { favourite, tags }: Marks): string => `${JSON.stringify({ file, favourite, tags })}\n`

/** The file is written anew when it has so many times the lines it needs. */
const slack = 4
const fewLines = 1000

export function openMarks(root: string): MarksBook {
  const file = join(root, marksFile)

  const read = async () => {
    const text = await readFile(file, 'utf8').catch(() => '')
    const marks = new Map<string, Marks>()
    const lines = text.split('\n')
    for (const line of lines) {
      const { file: path, ...own } = parsed(line) ?? { file: undefined, favourite: false, tags: [] }
      if (path === undefined) continue
      if (bare(own)) marks.delete(path)
      else marks.set(path, own)
    }
    if (lines.length > fewLines && lines.length > slack * marks.size)
      await writeAtomically(file, [...marks].map(([path, own]) => lineOf(path, own)).join('')).catch(() => undefined)
    return marks
  }

  return {
    read,
    async write(lines) {
      if (lines.size === 0) return
      await openFolder(dirname(file))
      // A line that a power cut left half is ended first, or it would take the next one with it.
      const broken = await endsOpen(file)
      try {
        await appendFile(file, (broken ? '\n' : '') + [...lines].map(([path, marks]) => lineOf(path, marks)).join(''), {
          flush: true,
        })
      } catch (error) {
        throw writeError(error, file)
      }
    },
    async stamp() {
      const found = await stat(file).catch(() => undefined)
      return found === undefined ? '' : `${String(found.size)} ${String(found.mtimeMs)}`
    },
  }
}

async function endsOpen(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return false
  try {
    const { size } = await file.stat()
    if (size === 0) return false
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] !== 0x0a
  } finally {
    await file.close()
  }
}
