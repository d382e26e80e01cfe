import { writeSync } from 'node:fs'
import type { Fault } from '../shared/engine.ts'
import { PalimpsestError } from '../shared/errors.ts'

/**
 * Deliberate failures, so that recovery can be tested on the real process. `abort` and `exit` act at once; `throw`, `nan` and `hang` wait
 * for the next model call. Refused unless the process was started with PALIMPSEST_FAULTS=1.
 */
export interface Faults {
  set(fault: Fault): void
  beforeCall(): void
  afterCall(output: Float32Array): void
}

export function createFaults(env: Readonly<Record<string, string | undefined>>): Faults {
  let armed: 'throw' | 'nan' | 'hang' | undefined
  return {
    set(fault) {
      if (env.PALIMPSEST_FAULTS !== '1')
        throw new PalimpsestError('request', 'Faults are only for tests: this engine was started without PALIMPSEST_FAULTS=1.')
      if (fault === 'abort') process.abort()
      if (fault === 'exit') process.exit(7)
      armed = fault
    },
    beforeCall() {
      if (armed === 'throw') {
        armed = undefined
        throw new Error('A deliberate failure of the model call.')
      }
      // A driver that never returns: no message is read any more, only a kill from outside helps. An orphan gives up after five minutes.
      if (armed === 'hang') {
        // Said first, for nothing can be said later; written at once, not in a turn of the event loop that never comes.
        writeSync(2, 'The model call hangs, deliberately.\n')
        const until = performance.now() + 300_000
        while (performance.now() < until);
      }
    },
    afterCall(output) {
      if (armed === 'nan') {
        armed = undefined
        output.fill(NaN)
      }
    },
  }
}
