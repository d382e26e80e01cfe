import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import { fileSize, openFolder, sha256OfFile } from './files.ts'
import type { Imaging } from './imaging.ts'

/** The sample photographs that ship with the program: resources/samples/samples.json and the pictures beside it. */
export interface Samples {
  readonly list: readonly { readonly id: string; readonly name: string; readonly credit: string; readonly model: string }[]
  /** Code `request` when there is none. */
  find(id: string): { readonly name: string; readonly path: string }
  /** A small PNG of it, made once. */
  preview(id: string): Promise<string>
}

interface Sample {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly credit: string
  readonly model: string
}

const patterns: Readonly<Record<keyof Sample, RegExp>> = {
  id: /^[a-z0-9][a-z0-9-]*$/,
  name: /./,
  file: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  credit: /./,
  model: /^[a-z0-9][a-z0-9-]*$/,
}

function isSample(value: unknown): value is Sample {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  return Object.entries(patterns).every(([key, pattern]) => typeof fields[key] === 'string' && pattern.test(fields[key]))
}

/** Our own file, but found by a path from outside: an entry that is not as it must be is a defect of the installation. */
function parseList(text: string): readonly Sample[] {
  const list: unknown = JSON.parse(text)
  if (!Array.isArray(list) || !list.every(isSample))
    throw new PalimpsestError('internal', 'The list of sample photographs, samples.json, is damaged.')
  return list
}

const previewSize = 320

export async function createSamples(folder: string, dataFolder: string, imaging: Imaging): Promise<Samples> {
  const text = await readFile(join(folder, 'samples.json'), 'utf8').catch(() => '[]')
  const list = parseList(text)
  const find = (id: string) => {
    const sample = list.find((one) => one.id === id)
    if (sample === undefined) throw new PalimpsestError('request', `There is no sample called "${id}".`)
    return { name: sample.file, path: join(folder, sample.file) }
  }
  return {
    list: list.map(({ id, name, credit, model }) => ({ id, name, credit, model })),
    find,
    async preview(id) {
      const { path } = find(id)
      const out = join(dataFolder, 'samples', `${id}-${(await sha256OfFile(path)).slice(0, 16)}.png`)
      if ((await fileSize(out)) !== undefined) return out
      await openFolder(join(dataFolder, 'samples'))
      await imaging.call('thumbnail', { path, size: previewSize, out })
      return out
    },
  }
}
