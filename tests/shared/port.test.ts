import { describe, expect, test } from 'vitest'
import { PalimpsestError } from '../../src/shared/errors.ts'
import { connect, type CallContext, type Port, serveMethods } from '../../src/shared/port.ts'

/** Two ends of a line in one process; messages are cloned and arrive later, as between processes. */
function line(): [Port, Port] {
  const handlers: [Set<(m: unknown) => void>, Set<(m: unknown) => void>] = [new Set(), new Set()]
  const end = (own: 0 | 1, other: 0 | 1): Port => ({
    post: (message) => {
      const copy = structuredClone(message)
      queueMicrotask(() => handlers[other].forEach((handler) => handler(copy)))
    },
    listen: (handler) => {
      handlers[own].add(handler)
      return () => handlers[own].delete(handler)
    },
  })
  return [end(0, 1), end(1, 0)]
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 0))

const methods = {
  add: (args: { a: number; b: number }) => args.a + args.b,
  refuse: (_args: object): number => {
    throw new PalimpsestError('request', 'Expected something else.', 'why')
  },
  count: async (args: { to: number }, context: CallContext) => {
    for (let i = 1; i <= args.to; i++) {
      if (context.cancelled) throw new PalimpsestError('cancelled', 'Cancelled.')
      context.emit(i)
      await tick()
    }
    return 'done' as const
  },
}

describe('a port', () => {
  test('carries arguments there and the value back', async () => {
    const [near, far] = line()
    serveMethods(far, methods)
    const remote = connect<typeof methods>(near)
    const both = await Promise.all([remote.call('add', { a: 1, b: 2 }).result, remote.call('add', { a: 3, b: 4 }).result])
    expect(both).toEqual([3, 7])
  })

  test('carries an error with its code and detail', async () => {
    const [near, far] = line()
    serveMethods(far, methods)
    const error = await connect<typeof methods>(near)
      .call('refuse', {})
      .result.catch((e: unknown) => e)
    expect(error).toBeInstanceOf(PalimpsestError)
    expect(error).toMatchObject({ code: 'request', message: 'Expected something else.', detail: 'why' })
  })

  test('says so when there is no such method', async () => {
    const [near, far] = line()
    serveMethods(far, {})
    await expect(connect<typeof methods>(near).call('add', { a: 1, b: 1 }).result).rejects.toThrow('There is no method add.')
  })

  test('brings the events of a long call to its caller, in order', async () => {
    const [near, far] = line()
    serveMethods(far, methods)
    const seen: unknown[] = []
    const value = await connect<typeof methods>(near).call('count', { to: 4 }, (event) => seen.push(event)).result
    expect(seen).toEqual([1, 2, 3, 4])
    expect(value).toBe('done')
  })

  test('cancels the one call that was cancelled', async () => {
    const [near, far] = line()
    serveMethods(far, methods)
    const remote = connect<typeof methods>(near)
    const first = remote.call('count', { to: 1000 })
    const second = remote.call('count', { to: 5 })
    first.cancel()
    await expect(first.result).rejects.toMatchObject({ code: 'cancelled' })
    await expect(second.result).resolves.toBe('done')
  })

  test('fails open and later calls once the process is gone', async () => {
    const [near] = line()
    const remote = connect<typeof methods>(near)
    const open = remote.call('add', { a: 1, b: 2 })
    remote.close(new PalimpsestError('device', 'The engine stopped.'))
    await expect(open.result).rejects.toThrow('The engine stopped.')
    await expect(remote.call('add', { a: 1, b: 2 }).result).rejects.toThrow('The engine stopped.')
  })
})
