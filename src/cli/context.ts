import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataFolder } from '../backend/folders.ts'
import { createBackend } from '../backend/index.ts'
import type { Backend } from '../backend/types.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { StartWorker } from '../shared/port.ts'
import type { ProgramFolders } from './folders.ts'
import { startNodeWorker } from './host.ts'

/** What every command is given: the world as arguments. */
export interface Context {
  readonly folders: ProgramFolders
  /** Relative paths of the command line are below it. */
  readonly cwd: string
  readonly out: (text: string) => void
  readonly stderr: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal
}

export interface Workers {
  readonly startEngine: StartWorker
  readonly startImaging: StartWorker
}

export function nodeWorkers(folders: ProgramFolders): Workers {
  return { startEngine: () => startNodeWorker(folders.engine), startImaging: () => startNodeWorker(folders.imaging) }
}

export async function versionOf(folders: ProgramFolders): Promise<string> {
  const text = await readFile(join(folders.root, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** The backend over a data folder; the models are the shipped ones and the user's own. */
export async function openBackend(
  folders: ProgramFolders,
  data: string,
  workers: Workers = nodeWorkers(folders),
): Promise<Backend> {
  return createBackend({
    ...workers,
    dataFolder: data,
    modelFolders: [
      { path: folders.models, shipped: true },
      { path: join(dataFolder(), 'models'), shipped: false },
    ],
    sampleFolder: folders.samples,
    door: 'serve',
    version: await versionOf(folders),
  })
}

/**
 * Runs `act` over a backend whose jobs and photos lie in a temporary folder. However it ends, every process is stopped and the folder is
 * gone afterwards.
 */
export async function withBackend<T>({ folders }: Context, act: (backend: Backend) => Promise<T>, workers?: Workers): Promise<T> {
  return withTemporaryFolder(async (data) => {
    const backend = await openBackend(folders, data, workers)
    try {
      return await act(backend)
    } finally {
      await backend.stop()
    }
  })
}

/** For work that knows no cancelling of its own: ends with code `cancelled` as soon as Ctrl+C is pressed, and the caller then cleans up. */
export async function untilCancelled<T>({ signal }: Context, work: Promise<T>): Promise<T> {
  if (signal.aborted) throw cancelled()
  let stop: (() => void) | undefined
  const abort = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled())
    signal.addEventListener('abort', stop, { once: true })
  })
  // Whichever loses the race may still fail later, when its processes are stopped: that is no news then.
  work.catch(() => undefined)
  try {
    return await Promise.race([work, abort])
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop)
  }
}

const cancelled = () => new PalimpsestError('cancelled', 'Cancelled.')

export async function withTemporaryFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'palimpsest-')).catch((error: Error) => {
    throw new PalimpsestError('disk', 'A folder for temporary files could not be made.', error.message)
  })
  try {
    return await act(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
