import { describe, expect, test } from 'vitest'
import { behindBytes, eventSender } from '../../src/cli/serve/events.ts'
import type { BackendEvent, Job } from '../../src/shared/api.ts'
import { decode } from '../../src/shared/wire.ts'

const job = (id: string, status: Job['status']): BackendEvent => ({ kind: 'job', job: { id, status } as Job })
const preview: BackendEvent = {
  kind: 'preview',
  job: 'a',
  step: 1,
  steps: 2,
  previews: [{ index: 0, width: 1, height: 1, rgb: new Uint8Array([1, 2, 3]) }],
}

/** A socket whose peer reads when the test says so. */
function browser() {
  const sent: BackendEvent[] = []
  let waiting: (() => void)[] = []
  const socket = {
    bufferedAmount: 0,
    send(text: string, done: () => void) {
      sent.push(decode(text) as BackendEvent)
      waiting.push(done)
    },
  }
  return {
    sent,
    send: eventSender(socket),
    stall: () => (socket.bufferedAmount = behindBytes + 1),
    read: () => {
      socket.bufferedAmount = 0
      const done = waiting
      waiting = []
      for (const one of done) one()
    },
  }
}

describe('events', () => {
  test('reach a browser that keeps up, in order and with their bytes', () => {
    const { send, sent } = browser()
    send(job('a', 'running'))
    send(preview)
    send(job('a', 'done'))
    expect(sent).toEqual([job('a', 'running'), preview, job('a', 'done')])
  })

  test("of one that is behind lose their previews and keep each job's newest state", () => {
    const { send, sent, stall, read } = browser()
    send(job('a', 'queued'))
    stall()
    send(preview)
    send(job('a', 'running'))
    send(job('b', 'running'))
    send({ kind: 'notice', message: 'one' })
    send(job('a', 'done'))
    expect(sent).toEqual([job('a', 'queued')])
    read()
    expect(sent.slice(1)).toEqual([job('b', 'running'), { kind: 'notice', message: 'one' }, job('a', 'done')])
    send(preview)
    expect(sent.at(-1)).toEqual(preview)
  })
})
