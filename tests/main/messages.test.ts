import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'
import { createMessages, mostHeld, type Shown } from '../../src/main/messages.ts'

/** A message of a desktop that says nothing by itself. */
class Fake extends EventEmitter {
  readonly title: string
  shown = false
  taken = false
  constructor(title: string) {
    super()
    this.title = title
  }
  show() {
    this.shown = true
  }
  close() {
    this.taken = true
  }
}

function desk() {
  const made: Fake[] = []
  const onClick = vi.fn<() => void>()
  const show = createMessages((title: string): Shown => {
    const one = new Fake(title)
    made.push(one)
    return one
  }, onClick)
  return { made, onClick, show }
}

it('shows each message once, and a click on it brings the window', () => {
  const { made, onClick, show } = desk()
  show('one')
  expect(made.map(({ title, shown }) => [title, shown])).toEqual([['one', true]])
  made[0]!.emit('click')
  expect(onClick).toHaveBeenCalledTimes(1)
})

it('holds only a few where the desktop never says that they are gone', () => {
  const { made, show } = desk()
  for (let k = 0; k < mostHeld + 3; k++) show(String(k))
  expect(made.filter(({ taken }) => taken).map(({ title }) => title)).toEqual(['0', '1', '2'])
})

it.each(['click', 'close', 'failed'])('lets go of a message at its %s', (end) => {
  const { made, show } = desk()
  for (let k = 0; k < mostHeld; k++) show(String(k))
  made[3]!.emit(end)
  show('next')
  expect(made.filter(({ taken }) => taken)).toEqual([])
})
