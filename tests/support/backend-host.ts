import { resolve } from 'node:path'
import { createBackend } from '../../src/backend/index.ts'
import { startNodeWorker } from '../../src/cli/host.ts'
import { toErrorData } from '../../src/shared/errors.ts'

/**
 * The backend in a process of its own, to be killed: built by host.ts, started by fork. It answers calls of the method table and tells which worker is
 * which; for the rest it is main without a window.
 */

const [data = ''] = process.argv.slice(2)
const workers = new Set<{ readonly kind: 'engine' | 'imaging'; readonly pid: number | undefined }>()
const tell = () => process.send?.({ workers: [...workers] })

async function start(kind: 'engine' | 'imaging') {
  const worker = await startNodeWorker(resolve(`out/main/${kind}.js`))
  const known = { kind, pid: worker.pid }
  workers.add(known)
  tell()
  void worker.ended.then(() => {
    workers.delete(known)
    tell()
  })
  return worker
}

const backend = await createBackend(
  {
    startEngine: () => start('engine'),
    startImaging: () => start('imaging'),
    dataFolder: data,
    modelFolders: [{ path: resolve('models'), shipped: true }],
    sampleFolder: resolve('resources/samples'),
    door: 'serve',
    version: '0.0.1',
  },
  { keepMs: 60, saveMs: 200, graceMs: 500 },
)
backend.subscribe((event) => {
  if (event.kind !== 'preview') process.send?.({ event })
})

process.on('message', ({ id, name, input }: { id: number; name: string; input: never }) => {
  const handlers = backend.handlers as unknown as Record<string, ((input: never) => Promise<unknown>) | undefined>
  const answer = name === 'stop' ? backend.stop() : (handlers[name]?.(input) ?? Promise.reject(new Error(`no ${name}`)))
  answer.then(
    (value) => process.send?.({ id, value: value ?? null }),
    (error: unknown) => process.send?.({ id, error: toErrorData(error) }),
  )
})
process.on('disconnect', () => process.exit())
tell()
