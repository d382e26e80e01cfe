import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What /proc says of a process tree. Linux only; a process that ends while it is read has nothing to say. */

const read = <T>(take: () => T, otherwise: T): T => {
  try {
    return take()
  } catch {
    return otherwise
  }
}

export const commandOf = (pid: number): string => read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '), '')

const parentOf = (pid: number): number =>
  // The name, in brackets, may hold anything; the parent is the second field after it.
  read(
    () =>
      Number(
        readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      ),
    0,
  )

/** The process and all below it. */
export function treeOf(root: number): readonly number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const parents = new Map(all.map((pid) => [pid, parentOf(pid)]))
  const inTree = (pid: number): boolean => pid === root || (pid > 1 && inTree(parents.get(pid) ?? 0))
  return all.filter(inTree)
}

interface Socket {
  readonly protocol: string
  readonly local: string
  readonly remote: string
}

/** Internet sockets of the process, as in /proc/net: addresses in hex. */
function socketsOf(pid: number): readonly Socket[] {
  const inodes = new Set(
    read(() => readdirSync(`/proc/${pid}/fd`), [])
      .map((fd) => /^socket:\[(\d+)\]$/.exec(read(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''))?.[1])
      .filter((inode) => inode !== undefined),
  )
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) =>
    read(() => readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8'), '')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9] ?? ''))
      .map((fields) => ({ protocol, local: fields[1] ?? '', remote: fields[2] ?? '' })),
  )
}

/** 127.0.0.0/8, ::1, and both written as IPv6; the words are little-endian hex. */
const isLoopback = (address: string): boolean =>
  /^[0-9A-F]{6}7F:/.test(address) ||
  address.startsWith('00000000000000000000000001000000:') ||
  /^0{16}FFFF0000[0-9A-F]{6}7F:/.test(address)
const isNowhere = (address: string): boolean => /^0+:0000$/.test(address)

/** Every internet socket of the tree that could speak to another machine: one word each. */
export function outwardSockets(root: number): readonly string[] {
  return treeOf(root).flatMap((pid) =>
    socketsOf(pid)
      .filter(({ local, remote }) => !(isLoopback(local) && (isLoopback(remote) || isNowhere(remote))))
      .map(({ protocol, local, remote }) => `${protocol} ${local} -> ${remote} of ${commandOf(pid).slice(0, 80)}`),
  )
}

/** Looks again and again until stopped, with pauses for what it watches. Returns what it saw, each once. */
export function watchSockets(root: number): () => readonly string[] {
  const seen = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    for (const socket of outwardSockets(root)) seen.add(socket)
    timer = setTimeout(look, 200)
  }
  look()
  return () => {
    look()
    clearTimeout(timer)
    return [...seen]
  }
}
