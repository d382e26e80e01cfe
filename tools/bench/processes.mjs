// What /proc says of the program: all its processes, their memory and their processor time. Linux only; elsewhere nothing is known (null).
import { readdirSync, readFileSync } from 'node:fs'

const known = process.platform === 'linux'
/** Of /proc/<pid>/stat, 1/s: the same on every Linux of today. */
const ticks = 100

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended while it was looked at.
    return ''
  }
}

/** Fields after the name, which may hold anything: 0 state, 1 parent, 11 user and 12 system time in ticks. */
const statOf = (pid) =>
  read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')

/** The process and all below it. */
export function treeOf(root) {
  if (!known) return []
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const parents = new Map(all.map((pid) => [pid, Number(statOf(pid)[1])]))
  const inTree = (pid) => pid === root || (pid > 1 && inTree(parents.get(pid) ?? 0))
  return all.filter(inTree)
}

/** Milliseconds of processor time, all threads, in 10-ms ticks. */
export function processorTime(pids) {
  if (!known) return null
  return pids.reduce((sum, pid) => {
    const fields = statOf(pid)
    return sum + ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 1000) / ticks
  }, 0)
}

/** Bytes, what is shared counted in shares (proportional set size). */
export function memoryOf(pids) {
  if (!known) return null
  return pids.reduce((sum, pid) => sum + 1024 * Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0)
}

/** Looks at the memory of a process tree again and again, and remembers the most, by process, and what was done then. */
export function watchMemory(root, nameOf) {
  const peak = { bytes: 0, during: '', processes: [] }
  const byPhase = {}
  let during = 'start'
  let timer
  const look = () => {
    const each = treeOf(root).map((pid) => ({ pid, bytes: memoryOf([pid]) ?? 0 }))
    const bytes = each.reduce((sum, one) => sum + one.bytes, 0)
    byPhase[during] = Math.max(byPhase[during] ?? 0, bytes)
    if (bytes > peak.bytes) Object.assign(peak, { bytes, during, processes: each })
  }
  const soon = () => {
    timer = setTimeout(() => {
      look()
      soon()
    }, 250)
  }
  return {
    /** Looks at once, and goes on looking unless `quiet`: reading takes a few milliseconds of a core from whoever is measured. */
    phase(name, quiet = false) {
      clearTimeout(timer)
      during = name
      look()
      if (!quiet) soon()
    },
    /** Until the next phase nothing is looked at. */
    rest() {
      clearTimeout(timer)
    },
    stop() {
      clearTimeout(timer)
      look()
      return {
        peak: { ...peak, processes: peak.processes.map(({ pid, bytes }) => ({ name: nameOf(pid), bytes })) },
        byPhase,
      }
    },
  }
}

/** What `work` answers as the clock's time, and the processor time these processes took meanwhile. */
export async function costing(work, pids) {
  const before = processorTime(pids())
  const wall = await work()
  const after = processorTime(pids())
  return { wall, cpu: before === null || after === null ? null : after - before }
}
