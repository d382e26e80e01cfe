import { spawn } from 'node:child_process'
import { PalimpsestError } from '../../shared/errors.ts'
import { type Context, withTemporaryFolder } from '../context.ts'
import { median } from './overhead.ts'

/** From starting the command in a shell to its first step, as its user sees it: the first progress line on stderr. */
export interface ColdStart {
  readonly rounds: number
  /** Seconds, medians. */
  readonly firstStep: number
  readonly wholeRun: number
}

const rounds = 3
const steps = 10

export async function measureColdStart(context: Context, model: string): Promise<ColdStart> {
  const runs = []
  for (let round = 0; round < rounds; round++) runs.push(await withTemporaryFolder((out) => once(context, model, out)))
  return { rounds, firstStep: median(runs.map((run) => run.firstStep)), wholeRun: median(runs.map((run) => run.wholeRun)) }
}

function once({ folders, signal }: Context, model: string, out: string): Promise<{ firstStep: number; wholeRun: number }> {
  const args = ['generate', '--model', model, '--device', 'cpu', '--steps', String(steps), '--count', '1', '--out', out]
  return new Promise((resolve, reject) => {
    const begin = performance.now()
    const seconds = () => (performance.now() - begin) / 1000
    let firstStep: number | undefined
    let said = ''
    const child = spawn(process.execPath, [folders.entry, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
      killSignal: 'SIGINT',
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (firstStep === undefined && /^step \d/m.test(said)) firstStep = seconds()
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0 && firstStep !== undefined) resolve({ firstStep, wholeRun: seconds() })
      else reject(new PalimpsestError('internal', `A run of the command line failed: ${said.trim().split('\n').at(-1) ?? ''}`))
    })
  })
}
