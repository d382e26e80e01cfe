import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { priorities, type Priority, type Queue } from '../shared/queue.ts'
import { type Database, openDatabase } from './database.ts'

/**
 * The order of the jobs that are not over, and how often each brought the engine down. What a job is and what it has done says its own
 * folder (records.ts): a database that is lost costs the order alone.
 */
export interface Order {
  /** The database was absent or set aside: jobs that wait are to be looked for among all folders. */
  readonly fresh: boolean
  readonly notice: string | null
  /** In the order they are to start, those that run included. */
  list(): readonly Placed[]
  /** At the end of those of its priority. */
  add(job: string): void
  move(job: string, to: number, among: readonly string[]): void
  prioritize(job: string, priority: Priority): void
  /** One crash more; how many there were. */
  crashed(job: string): number
  remove(job: string): void
  close(): void
}

export interface Placed {
  readonly job: string
  readonly priority: Priority
  readonly crashes: number
}

const migrations = [
  `CREATE TABLE queue (
     job TEXT PRIMARY KEY,
     priority TEXT NOT NULL,
     position INTEGER NOT NULL,
     crashes INTEGER NOT NULL
   ) WITHOUT ROWID`,
]

const rank = ({ priority }: { readonly priority: Priority }): number => priorities.indexOf(priority)

export function createOrder(dataFolder: string): Order {
  const file = join(dataFolder, 'queue.db')
  const absent = !existsSync(file)
  let opened: Database | undefined
  // Made with the first job: a command that runs none pays for none.
  const db = (): Database => (opened ??= openDatabase({ file, migrations }))
  let placed: readonly Placed[] = absent
    ? []
    : db()
        .all<Placed>('SELECT job, priority, crashes FROM queue ORDER BY position')
        .toSorted((a, b) => rank(a) - rank(b))
  let last = absent ? 0 : (db().get<{ last: number | null }>('SELECT max(position) AS last FROM queue')?.last ?? 0)
  const save = (next: readonly Placed[]): void => {
    db().transaction(() => {
      for (const [position, { job, priority }] of next.entries())
        db().run('UPDATE queue SET position = ?, priority = ? WHERE job = ?', position, priority, job)
    })
    placed = next
  }

  return {
    fresh: absent || db().fresh,
    get notice() {
      return opened?.notice ?? null
    },
    list: () => placed,
    add(job) {
      const one: Placed = { job, priority: 'normal', crashes: 0 }
      db().run('INSERT OR REPLACE INTO queue VALUES (?, ?, ?, 0)', job, one.priority, ++last)
      placed = inserted(
        placed.filter((other) => other.job !== job),
        one,
      )
    },
    move: (job, to, among) => save(moved(placed, job, to, among)),
    prioritize(job, priority) {
      const one = placed.find((other) => other.job === job)
      if (one === undefined) return
      save(
        inserted(
          placed.filter((other) => other !== one),
          { ...one, priority },
        ),
      )
    },
    crashed(job) {
      db().run('UPDATE queue SET crashes = crashes + 1 WHERE job = ?', job)
      placed = placed.map((one) => (one.job === job ? { ...one, crashes: one.crashes + 1 } : one))
      return placed.find((one) => one.job === job)?.crashes ?? 0
    },
    remove(job) {
      if (!placed.some((one) => one.job === job)) return
      placed = placed.filter((one) => one.job !== job)
      db().run('DELETE FROM queue WHERE job = ?', job)
    },
    close: () => opened?.close(),
  }
}

/** At the end of those of its priority. */
function inserted(placed: readonly Placed[], one: Placed): readonly Placed[] {
  const at = placed.findIndex((other) => rank(other) > rank(one))
  return at < 0 ? [...placed, one] : placed.toSpliced(at, 0, one)
}

/**
 * `job` at place `to` of `among`, the jobs that wait. It keeps its priority where its new neighbours allow that, and takes the nearer of
 * theirs where they do not.
 */
export function moved(placed: readonly Placed[], job: string, to: number, among: readonly string[]): readonly Placed[] {
  const one = placed.find((other) => other.job === job)
  if (one === undefined) return placed
  const others = placed.filter((other) => other !== one)
  const waiting = others.filter((other) => among.includes(other.job))
  const [above, below] = [waiting[to - 1] ?? (to > 0 ? waiting.at(-1) : undefined), waiting[to]]
  const own = Math.max(above === undefined ? 0 : rank(above), Math.min(below === undefined ? Infinity : rank(below), rank(one)))
  const at = below === undefined ? others.length : others.indexOf(below)
  return others.toSpliced(at, 0, { ...one, priority: priorities[own] ?? one.priority })
}

export const queueOf = (order: Order, paused: Queue['paused'], waits: (job: string) => boolean): Queue => ({
  paused,
  problem: order.notice,
  waiting: order
    .list()
    .filter(({ job }) => waits(job))
    .map(({ job, priority }) => ({ job, priority })),
})
