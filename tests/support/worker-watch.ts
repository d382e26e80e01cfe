import { type ChildProcess, execFileSync, fork, type ForkOptions } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './onnx.ts'

/**
 * What did a process tree do behind our back: which internet sockets did it open, which files did it create? Two detectors, Linux only.
 * strace sees every system call of every thread and child. Where it is absent or forbidden, /proc is read again and again: it sees a socket
 * that lives longer than the pause between two readings, and no files.
 */
export interface Watch {
  readonly child: ChildProcess
  /** After the child's end: one line a socket or file. */
  readonly sockets: () => string[]
  readonly created: () => string[]
}

export type Detector = 'strace' | '/proc'

export function detectors(): Detector[] {
  if (process.platform !== 'linux') return []
  try {
    execFileSync(tracer, ['-f', '-e', 'trace=socket', 'true'], { stdio: 'ignore' })
    return ['strace', '/proc']
  } catch {
    // Not installed, or the container forbids tracing.
    return ['/proc']
  }
}

export function watched(detector: Detector, file: string, env: Readonly<Record<string, string>>): Watch {
  return detector === 'strace' ? straced(file, env) : polled(file, env)
}

/** A system tool, not one of the project's. */
const tracer = 'strace'

const options = (env: Readonly<Record<string, string>>): ForkOptions => ({
  serialization: 'advanced',
  env,
  stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
})

function straced(file: string, env: Readonly<Record<string, string>>): Watch {
  const log = join(temporaryFolder(), 'trace')
  const calls = 'socket,open,openat,creat,mkdir,mkdirat,mknod,mknodat,symlink,symlinkat,link,linkat,rename,renameat,renameat2'
  // fork runs `execPath ...execArgv file`: strace, its options, node, and the file. The channel's descriptor passes through.
  const child = fork(file, [], {
    ...options(env),
    execPath: tracer,
    execArgv: ['-f', '-qq', '-s', '300', '-o', log, '-e', `trace=${calls}`, process.execPath],
  })
  const lines = () => readFileSync(log, 'utf8').split('\n')
  return {
    child,
    sockets: () => lines().filter((line) => /\bsocket\(AF_(INET|INET6|PACKET)\b/.test(line)),
    created: () =>
      lines().filter((line) =>
        /\bO_CREAT\b|\b(creat|mkdir|mkdirat|mknod|mknodat|symlink|symlinkat|link|linkat|rename|renameat|renameat2)\(/.test(line),
      ),
  }
}

function polled(file: string, env: Readonly<Record<string, string>>): Watch {
  const child = fork(file, [], { ...options(env), execArgv: [] })
  const seen = new Set<string>()
  const timer = setInterval(() => {
    for (const pid of treeOf(child.pid ?? -1)) for (const socket of socketsOf(pid)) seen.add(socket)
  }, 5)
  child.once('exit', () => clearInterval(timer))
  return { child, sockets: () => [...seen], created: () => [] }
}

/** A process and all below it. */
function treeOf(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    // The parent is the second field after the name, which is in brackets and may hold anything.
    const parent = Number(text(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ')[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/** The internet sockets among the open descriptors of a process, as the kernel lists them for its network namespace. */
function socketsOf(pid: number): string[] {
  const inodes = new Set(descriptors(pid).flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []))
  return ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap((table) =>
    text(`/proc/${String(pid)}/net/${table}`)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9] ?? ''))
      .map((fields) => `${table} ${fields[1] ?? ''} > ${fields[2] ?? ''}`),
  )
}

function descriptors(pid: number): string[] {
  const folder = `/proc/${String(pid)}/fd`
  try {
    return readdirSync(folder).flatMap((fd) => {
      try {
        return [readlinkSync(`${folder}/${fd}`)]
      } catch {
        // Closed in the meantime.
        return []
      }
    })
  } catch {
    // Ended in the meantime.
    return []
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Ended in the meantime.
    return ''
  }
}
