import { type ErrorCode, errorCodes } from '../shared/errors.ts'
import type { Context } from './context.ts'
import { programFolders } from './folders.ts'
import { main } from './main.ts'

/** The entry of the command line, built to out/main/cli.js: the process around `main`. */

/** After the command is over nothing should be left running; what is must not keep the shell waiting. */
const lingerMs = 3000

const leave = (code: ErrorCode, sentence: string) => {
  process.stderr.write(`${sentence}\n`)
  process.exit(errorCodes[code])
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has had enough (`| head -1`): the run itself goes on, its files matter more than its words.
  if (error.code !== 'EPIPE') leave('disk', 'The output could not be written.')
})
process.stderr.on('error', () => undefined)
process.on('uncaughtException', (error: Error) => leave('internal', error.message))

/** A terminal gives Ctrl+C to a whole group of processes, and those above us may hand it on: what comes so soon is the same one. */
const sameSignalMs = 1000

const cancel = new AbortController()
let cancelledAt = 0
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (!cancel.signal.aborted) cancelledAt = performance.now()
    // The second one is meant: leave at once, workers and all.
    else if (performance.now() - cancelledAt > sameSignalMs) process.exit(errorCodes.cancelled)
    cancel.abort()
  })
}

const context: Context = {
  folders: programFolders(import.meta.dirname),
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(`${text}\n`),
  stderr: process.stderr,
  signal: cancel.signal,
}

process.exitCode = await main(process.argv.slice(2), context)
setTimeout(() => process.exit(), lingerMs).unref()
