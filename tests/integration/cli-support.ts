import { type ChildProcess, spawn } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { RunReport } from '../../src/shared/recipe.ts'

/** The built command line as a process of its own, as a shell starts it. */
export const root = join(import.meta.dirname, '..', '..')
export const entry = join(root, 'out', 'main', 'cli.js')

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  /** Lines on stderr that are no progress. */
  readonly said: readonly string[]
  readonly progress: readonly string[]
}

export function start(args: readonly string[], env: Record<string, string> = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => {
      const lines = stderr.split('\n').filter((line) => line !== '')
      const isProgress = (line: string) => /^(window \d+ of \d+, )?(refinement \d+ of \d+, )?step \d+ of \d+/.test(line)
      resolve({ status, stdout, said: lines.filter((line) => !isProgress(line)), progress: lines.filter(isProgress) })
    })
  })
  return { child, ended }
}

export const palimpsest = (...args: readonly string[]): Promise<Ended> => start(args).ended

/** Waits until what the process wrote on stderr matches. */
export function saidBy(child: ChildProcess, what: RegExp): Promise<void> {
  let text = ''
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (part: string) => {
      text += part
      if (what.test(text)) resolve()
    })
    child.on('close', () => reject(new Error(`It ended before it said ${what}: ${text}`)))
  })
}

/** The run.json of a folder. */
export const report = async (out: string) => JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunReport

export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** One sentence on stderr, nothing on stdout, and the status. */
export function expectRefused(ended: Ended, status: number, sentence: RegExp) {
  expect({ status: ended.status, stdout: ended.stdout, said: ended.said }).toEqual({
    status,
    stdout: '',
    said: [expect.stringMatching(sentence)],
  })
}
