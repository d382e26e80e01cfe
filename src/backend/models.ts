import type { BigIntStats } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelSummary } from '../shared/api.ts'
import { modelCard, type ModelCard } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { contradiction } from './contradictions.ts'
import { fileSize, sha256OfFile } from './files.ts'
import { clauseOf } from './sentences.ts'
import type { Tuning } from './tuning.ts'
import type { BackendOptions } from './types.ts'

/** A folder of a model folder, with its card or the one sentence why it has none. */
export interface ModelPackage {
  readonly id: string
  readonly folder: string
  readonly shipped: boolean
  readonly card: ModelCard | null
  readonly problem: string | null
}

export interface UsableModel extends ModelPackage {
  readonly card: ModelCard
}

export interface Models {
  /** Reads the folders afresh: what was copied in or removed shows at once. Packages hidden by an earlier folder are left out. */
  list(): Promise<readonly ModelPackage[]>
  summaries(): Promise<readonly ModelSummary[]>
  /** Code `request` when there is no such model, `model` when its package is broken. */
  find(id: string): Promise<UsableModel>
  /** Card, presence and sha256 of every file; one sentence each. The graph itself is checked by the engine. */
  check(pack: ModelPackage): Promise<readonly string[]>
}

/** Ids that are listed first: a screen that has no choice yet takes the first model that will do. Small digits, then photographs of any size. */
const foremost = ['mnist', 'photo']

function placeOf(id: string): number {
  const at = foremost.indexOf(id)
  return at < 0 ? foremost.length : at
}

/**
 * A card as it was read, with what its file then was. One that was written just now is not kept: it may be written again within the same tick
 * of the file system's clock.
 */
interface KnownCard {
  readonly stamp: string
  readonly card: ModelCard
}
const tickMs = 2000

const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string => [dev, ino, size, mtimeNs, ctimeNs].join(' ')

/** Reads at most `limit` bytes: a card is text, and a huge one is refused before it is held. */
async function readCapped(path: string, found: BigIntStats, limit: number): Promise<string> {
  // A pipe would be waited for without end.
  if (!found.isFile()) throw new PalimpsestError('model', 'is no file')
  const file = await open(path, 'r')
  try {
    if (found.size > limit) throw new PalimpsestError('model', `is larger than ${String(Math.round(limit / 1024 ** 2))} MB`)
    return (await file.readFile()).toString('utf8')
  } finally {
    await file.close()
  }
}

async function readCard(folder: string, id: string, limit: number, known: Map<string, KnownCard>): Promise<ModelCard> {
  const refuse = (why: string) => new PalimpsestError('model', `The card of the model "${id}" ${why}.`)
  let text: string
  let found: BigIntStats
  try {
    const path = join(folder, 'model.json')
    found = await stat(path, { bigint: true })
    const before = known.get(folder)
    if (before?.stamp === stampOf(found)) return before.card
    text = await readCapped(path, found, limit)
  } catch (error) {
    if (error instanceof PalimpsestError) throw refuse(error.message)
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw refuse(missing ? 'is missing: there is no model.json in its folder' : `cannot be read: ${String(error)}`)
  }
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    throw refuse(`is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof raw === 'object' && raw !== null && 'format' in raw && raw.format !== 1) {
    throw refuse(`has format ${JSON.stringify(raw.format)}, and this version reads format 1`)
  }
  const parsed = modelCard.safeParse(raw)
  if (!parsed.success) throw refuse(`is wrong: ${clauseOf(modelCard, parsed.error, raw)}`)
  if (parsed.data.id !== id) throw refuse(`says the id "${parsed.data.id}", which must be the name of its folder`)
  const impossible = contradiction(parsed.data)
  if (impossible !== null) throw refuse(impossible)
  if (Date.now() - Number(found.mtimeMs) > tickMs) known.set(folder, { stamp: stampOf(found), card: parsed.data })
  return parsed.data
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

function filesOf(card: ModelCard): readonly { file: string; sha256: string }[] {
  return card.files.flatMap((entry) => [{ file: entry.file, sha256: entry.sha256 }, ...(entry.data ?? [])])
}

export function createModels(options: BackendOptions, tuning: Tuning): Models {
  const known = new Map<string, KnownCard>()
  const read = async (folder: string, id: string, shipped: boolean): Promise<ModelPackage> => {
    try {
      const card = await readCard(folder, id, tuning.cardBytes, known)
      for (const { file } of filesOf(card)) {
        const size = await fileSize(join(folder, file))
        if (size === undefined) return { id, folder, shipped, card, problem: `The model "${id}" lacks its file ${file}.` }
        if (size === 0) return { id, folder, shipped, card, problem: `The file ${file} of the model "${id}" is empty.` }
      }
      return { id, folder, shipped, card, problem: null }
    } catch (error) {
      if (!(error instanceof PalimpsestError)) throw error
      return { id, folder, shipped, card: null, problem: error.message }
    }
  }

  const list = async () => {
    const found = new Map<string, ModelPackage>()
    for (const { path, shipped } of options.modelFolders) {
      const names = await readdir(path).catch(() => [])
      for (const id of names.toSorted((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))) {
        const folder = join(path, id)
        if (id.startsWith('.') || found.has(id) || !(await isFolder(folder))) continue
        found.set(id, await read(folder, id, shipped))
      }
    }
    return [...found.values()]
  }

  /** As in the list, without reading the others. */
  const one = async (id: string): Promise<ModelPackage | undefined> => {
    if (id.startsWith('.')) return undefined
    for (const { path, shipped } of options.modelFolders) {
      const names = await readdir(path).catch((): string[] => [])
      // By its own name: where case does not matter to the disk, it does here.
      if (names.includes(id) && (await isFolder(join(path, id)))) return read(join(path, id), id, shipped)
    }
    return undefined
  }

  return {
    list,
    async summaries() {
      return Promise.all(
        (await list()).map(async ({ id, folder, shipped, card, problem }) => {
          const sizes = await Promise.all((card === null ? [] : filesOf(card)).map(({ file }) => fileSize(join(folder, file))))
          return {
            id,
            card: problem === null ? card : null,
            problem,
            shipped,
            bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
          }
        }),
      )
    },
    async find(id) {
      const found = await one(id)
      if (found === undefined) {
        const all = await list()
        const installed = all.filter(({ problem }) => problem === null).map((pack) => pack.id)
        const rest = installed.length === 0 ? 'No model is installed.' : `Installed: ${installed.join(', ')}.`
        throw new PalimpsestError('request', `There is no model called "${id}". ${rest}`)
      }
      if (found.card === null || found.problem !== null)
        throw new PalimpsestError('model', found.problem ?? `The model "${id}" is broken.`)
      return { ...found, card: found.card }
    },
    async check({ id, folder, card, problem }) {
      if (card === null) return [problem ?? `The model "${id}" has no card.`]
      const problems: string[] = []
      for (const { file, sha256 } of filesOf(card)) {
        const path = join(folder, file)
        const size = await fileSize(path)
        if (size === undefined) problems.push(`The model "${id}" lacks its file ${file}.`)
        else if (size === 0) problems.push(`The file ${file} of the model "${id}" is empty.`)
        else if ((await sha256OfFile(path)) !== sha256)
          problems.push(`The file ${file} of the model "${id}" is not the one its card names: its sha256 differs.`)
      }
      return problems
    },
  }
}
