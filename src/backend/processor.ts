import { readFile } from 'node:fs/promises'

/** Processor time, which says the same beside another load, where the clock does not. Milliseconds since a process began. */

/** Linux counts in these, whatever the kernel's own clock. */
const ticksASecond = 100

export function ownProcessorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Of another process and its threads, as the Linux kernel counts; null elsewhere. */
export async function processorMsOf(pid: number | undefined): Promise<number | null> {
  const text = pid === undefined ? '' : await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '')
  // The name, in brackets, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  return Number.isFinite(user + system) ? (1000 * (user + system)) / ticksASecond : null
}
