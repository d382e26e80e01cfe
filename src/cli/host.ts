import { type ChildProcess, fork } from 'node:child_process'
import { PalimpsestError } from '../shared/errors.ts'
import type { WorkerProcess } from '../shared/port.ts'

/** Workers of plain Node: one child process each, spoken to over Node's IPC channel with structured cloning. */

/** The last lines of what a worker said, kept for the sentence about its end. */
const keptLines = 12
const keptCharacters = 4000

export interface NodeWorker extends WorkerProcess {
  /** The last lines it wrote until now. */
  said(): string
}

const living = new Set<ChildProcess>()
// A command that leaves in a hurry (a second Ctrl+C) takes its workers with it: one busy in a model call would only notice after it.
process.on('exit', () => living.forEach((child) => child.kill('SIGKILL')))

/**
 * Starts a built worker file (out/main/engine.js, out/main/imaging.js). Resolves when the process runs; fails with code `device` when it
 * could not be started at all.
 */
export function startNodeWorker(file: string, env: Readonly<Record<string, string>> = {}): Promise<NodeWorker> {
  const child = fork(file, [], {
    serialization: 'advanced',
    // onnxruntime reports usage to its vendor unless this stands in the environment before its first session.
    env: { ...process.env, ...env, ORT_DISABLE_TELEMETRY: '1' },
    // Nothing a library prints may reach our stdout, which is for results.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    // A process group of its own: Ctrl+C in a terminal reaches the command, which cancels, and not the engine in the middle of a step.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  living.add(child)
  const lastWords = keepTail(child)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => {
      living.delete(child)
      // The pipes may still hold its last words; a grandchild that inherited them may hold them open for ever.
      const tell = () => resolve(endOf(code, signal, lastWords()))
      child.once('close', tell)
      setTimeout(tell, 250).unref()
    })
  })
  const worker: NodeWorker = {
    pid: child.pid,
    ended,
    said: lastWords,
    kill: () => void child.kill('SIGKILL'),
    port: {
      // A message to a process that has just ended is lost; `ended` is what tells of it.
      post: (message) => void (child.connected && child.send(message as object, () => undefined)),
      listen(handler) {
        child.on('message', handler)
        return () => child.off('message', handler)
      },
    },
  }
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(worker))
    child.once('error', (error) => {
      living.delete(child)
      reject(new PalimpsestError('device', 'A worker process could not be started.', error.message))
    })
  })
}

/** How a process ended, in words: `ended with exit status 3: last line it wrote`. */
export function endOf(code: number | null, signal: NodeJS.Signals | null, lastWords: string): string {
  const how = signal === null ? `ended with exit status ${code ?? 'unknown'}` : `was ended by ${signal}`
  return lastWords === '' ? how : `${how}: ${lastWords}`
}

function keepTail(child: ChildProcess): () => string {
  let tail = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => {
      tail = (tail + text).slice(-keptCharacters)
    })
  }
  return () => tail.trim().split('\n').slice(-keptLines).join('\n')
}
