import { readFile } from 'node:fs/promises'
import type { StartWorker } from '../../shared/port.ts'
import type { Workers } from '../context.ts'

/** The most memory each process held at one time (resident set), as the Linux kernel remembers it. */
export type PeakMemory =
  | {
      readonly measured: true
      readonly processes: readonly { readonly name: string; readonly megabytes: number }[]
      readonly together: number
    }
  | { readonly measured: false; readonly why: string }

export interface WatchedPid {
  readonly name: string
  readonly pid: number
}

/** The same workers, with their process ids noted as they start. */
export function watchedWorkers(workers: Workers): { readonly workers: Workers; readonly pids: readonly WatchedPid[] } {
  const pids: WatchedPid[] = []
  const watched =
    (name: string, start: StartWorker): StartWorker =>
    async () => {
      const worker = await start()
      if (worker.pid !== undefined) pids.push({ name, pid: worker.pid })
      return worker
    }
  return {
    workers: { startEngine: watched('engine', workers.startEngine), startImaging: watched('imaging', workers.startImaging) },
    pids,
  }
}

/** Asked while the processes still live; one that has ended is left out. */
export async function measureMemory(pids: readonly WatchedPid[]): Promise<PeakMemory> {
  if (process.platform !== 'linux')
    return { measured: false, why: `the peak is read from /proc, which ${process.platform} has not` }
  const all = [{ name: 'command', pid: process.pid }, ...pids]
  const peaks = await Promise.all(all.map(async ({ name, pid }) => ({ name, kilobytes: await peakOf(pid) })))
  const processes = peaks.flatMap(({ name, kilobytes }) =>
    kilobytes === undefined ? [] : [{ name, megabytes: Math.round(kilobytes / 1024) }],
  )
  return { measured: true, processes, together: processes.reduce((sum, { megabytes }) => sum + megabytes, 0) }
}

async function peakOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  return peak === undefined ? undefined : Number(peak)
}
