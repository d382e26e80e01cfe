import { constants, setPriority } from 'node:os'
import { parentPort } from '../shared/parent.ts'
import { serveMethods } from '../shared/port.ts'
import { createNoiseThread } from './ahead.ts'
import { createEngine } from './host.ts'
import { refuseTelemetry } from './telemetry.ts'

/** The engine process: started by Electron's utilityProcess or Node's child_process, ended by a kill or by its parent's end. */

try {
  refuseTelemetry(process.env)
} catch (error) {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
}

// Before onnxruntime starts its threads, for on Linux threads inherit the priority of the one that starts them. Sampling takes every core
// it can get; the window and the rest of the user's machine come first. Refused only where a policy forbids it; then all is as before.
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
} catch (error) {
  process.stderr.write(`The engine keeps its normal priority: ${String(error)}\n`)
}

// Without its parent nobody can stop it or hear it.
process.on('disconnect', () => process.exit(0))

serveMethods(parentPort(), createEngine(process.env, createNoiseThread(new URL('noise.js', import.meta.url))))
