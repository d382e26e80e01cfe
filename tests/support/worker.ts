import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { DenoiserCard, ModelCard } from '../../src/shared/card.ts'
import type { EngineMethods, Loaded } from '../../src/shared/engine.ts'
import { PalimpsestError } from '../../src/shared/errors.ts'
import { connect, type Remote } from '../../src/shared/port.ts'
import { graphs } from './onnx.ts'

/** The built engine in a process of its own, as the command line and the app start it, with hands on what they do not show. */

/** The built worker. */
export function engineFile(): string {
  const file = join(import.meta.dirname, '../../out/main/engine.js')
  if (!existsSync(file)) throw new Error('out/main/engine.js is missing: run `npm run build` first.')
  return file
}

export interface Engine {
  readonly child: ChildProcess
  readonly pid: number
  readonly remote: Remote<EngineMethods>
  /** How the process ended: its exit status or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>
  readonly stderr: () => string
  load(card: ModelCard, device?: 'cpu' | 'webgpu'): Promise<Loaded>
}

/** Starts the worker with exactly this environment on top of what a program needs to run at all; killed when the test ends. */
export function startEngine(env: Readonly<Record<string, string>> = { ORT_DISABLE_TELEMETRY: '1' }): Engine {
  const child = fork(engineFile(), [], {
    serialization: 'advanced',
    env: { PATH: process.env.PATH ?? '', ...env },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const remote = connect<EngineMethods>({
    post: (message) => void (child.connected && child.send(message as object, () => undefined)),
    listen(handler) {
      child.on('message', handler)
      return () => child.off('message', handler)
    },
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => {
      remote.close(new PalimpsestError('device', 'The engine ended.', 'crash'))
      resolve(signal ?? code ?? -1)
    })
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    child,
    pid: child.pid ?? -1,
    remote,
    ended,
    stderr: () => stderr,
    load: (card, device = 'cpu') => remote.call('load', { folder: graphs, card, device, threads: 1 }).result,
  }
}

/** A started engine with a model, on the CPU. */
export async function startedWith(card: DenoiserCard, env: Readonly<Record<string, string>> = {}): Promise<Engine> {
  const engine = startEngine({ ORT_DISABLE_TELEMETRY: '1', ...env })
  await engine.load(card)
  return engine
}
