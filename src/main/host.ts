import { app, utilityProcess, type Details, type UtilityProcess } from 'electron'
import { PalimpsestError } from '../shared/errors.ts'
import type { WorkerProcess } from '../shared/port.ts'

/** Workers of Electron: one utilityProcess each. */

/** The last characters of what a worker wrote, kept for the sentence about its end. */
const keptCharacters = 4000
/** How long the truth about an end may come after the end. */
const truthMs = 250

/** Electron's word for an end, after "it". */
const ways: Record<Details['reason'], string> = {
  'clean-exit': 'ended',
  'abnormal-exit': 'ended',
  killed: 'was killed',
  crashed: 'crashed',
  oom: 'ran out of memory',
  'launch-failed': 'could not be started',
  'integrity-failure': 'was refused by the system',
  'memory-eviction': 'was ended to free memory',
}

let started = 0

/**
 * Starts a built worker file. Resolves when the process runs; fails with code `device` when it ends before that. The process's name in
 * app.getAppMetrics() begins with `kind`.
 */
export function startElectronWorker(kind: 'engine' | 'imaging', file: string): Promise<WorkerProcess> {
  const serviceName = `${kind} ${String((started += 1))}`
  const child = utilityProcess.fork(file, [], {
    serviceName,
    // onnxruntime reports usage to its vendor unless this stands in the environment before its first session.
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    stdio: 'pipe',
  })
  const ended = endOf(child, serviceName)
  const worker: WorkerProcess = {
    get pid() {
      return child.pid
    },
    ended,
    kill: () => kill(child),
    port: {
      post: (message) => child.postMessage(message),
      listen(handler) {
        child.on('message', handler)
        return () => child.off('message', handler)
      },
    },
  }
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(worker))
    void ended.then((reason) => reject(new PalimpsestError('device', 'A worker process could not be started.', reason)))
  })
}

/** kill() asks (SIGTERM); native code deep in a model call never listens, so the system is told as well. */
function kill(child: UtilityProcess): void {
  const pid = child.pid
  child.kill()
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was gone already.
  }
}

/** The `exit` event may say 0 after a crash; `child-process-gone`, which may come later or not at all, tells the truth. */
function endOf(child: UtilityProcess, serviceName: string): Promise<string> {
  let tail = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      tail = (tail + bytes.toString('utf8')).slice(-keptCharacters)
    })
  }
  const words = (how: string) => (tail.trim() === '' ? how : `${how}: ${tail.trim()}`)
  return new Promise((resolve) => {
    const settle = (how: string) => {
      app.off('child-process-gone', gone)
      resolve(words(how))
    }
    const gone = (_event: unknown, details: Details) => {
      if (details.name !== serviceName) return
      settle(`${ways[details.reason]} with exit status ${String(details.exitCode)}`)
    }
    app.on('child-process-gone', gone)
    child.once('exit', (code) => setTimeout(() => settle(`ended with exit status ${String(code)}`), truthMs))
  })
}
