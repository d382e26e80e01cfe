import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeviceName, ModelCard } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { BrokenFile, externalFiles } from './onnx.ts'

/** Which file of a package a device takes, and whether it is the one its card means. Each refusal is one sentence, code `model`. */

export type FileEntry = ModelCard['files'][number]

/** The entry meant for this device by name, else the first that is meant for all. */
export function chooseFile(card: ModelCard, device: DeviceName): FileEntry {
  const entry = card.files.find((file) => file.devices?.includes(device)) ?? card.files.find((file) => file.devices === undefined)
  if (entry === undefined) throw new PalimpsestError('model', `The model ${card.name} has no file for the device ${device}.`)
  return entry
}

/** Checks the graph and its external data against the card; resolves to the graph's path. */
export async function checkedPath(folder: string, entry: FileEntry): Promise<string> {
  const path = join(folder, entry.file)
  const bytes = await readFile(path).catch((error: unknown) => refuseUnreadable(entry.file, error))
  const whole = named(bytes, entry.file)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== entry.sha256) {
    throw whole instanceof PalimpsestError
      ? whole
      : new PalimpsestError(
          'model',
          `The model file ${entry.file} is not the one its card names: its sha256 is ${short(found)} and not ${short(entry.sha256)}.`,
        )
  }
  if (whole instanceof PalimpsestError) throw whole
  const declared = entry.data ?? []
  const stray = whole.find((name) => !declared.some((data) => data.file === name))
  if (stray !== undefined) {
    throw new PalimpsestError(
      'model',
      `The model file ${entry.file} takes data from ${JSON.stringify(stray)}, which its card does not name.`,
    )
  }
  for (const data of declared) await checkData(folder, data)
  return path
}

/** The external files a graph names, or the refusal of a file that is cut short. */
function named(bytes: Uint8Array, file: string): string[] | PalimpsestError {
  try {
    return externalFiles(bytes)
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error
    return new PalimpsestError('model', `The model file ${file} is cut short or is no ONNX file.`, error.message)
  }
}

async function checkData(folder: string, data: { readonly file: string; readonly sha256: string }): Promise<void> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(join(folder, data.file), { highWaterMark: 1 << 20 }))
      hash.update(chunk as Uint8Array)
  } catch (error) {
    refuseUnreadable(data.file, error)
  }
  const found = hash.digest('hex')
  if (found !== data.sha256) {
    throw new PalimpsestError(
      'model',
      `The data file ${data.file} is not the one the card names: its sha256 is ${short(found)} and not ${short(data.sha256)}.`,
    )
  }
}

function refuseUnreadable(file: string, error: unknown): never {
  const code = (error as { code?: unknown }).code
  if (code === 'ENOENT') throw new PalimpsestError('model', `The file ${file} is missing from the model's folder.`)
  if (code === 'ERR_FS_FILE_TOO_LARGE')
    throw new PalimpsestError('model', `The model file ${file} is larger than 2 GB, which an ONNX graph cannot be.`)
  throw new PalimpsestError('model', `The file ${file} of the model cannot be read (${String(code)}).`)
}

const short = (sha256: string) => `${sha256.slice(0, 12)}...`
