/** Messages of the system that are on its screen. Without Electron, so that it can be tried without one. */

/** What Electron's Notification is here. */
export interface Shown {
  once(event: 'click' | 'close' | 'failed', listener: () => void): unknown
  show(): void
  close(): void
}

/**
 * So many are held at once. What nothing holds may be collected as garbage, and a click on it finds nobody; but not every desktop says when a
 * message is gone, so the oldest is taken back.
 */
export const mostHeld = 8

/** @param onClick brings the window to the front. */
export function createMessages<Message>(make: (message: Message) => Shown, onClick: () => void): (message: Message) => void {
  const held = new Set<Shown>()
  return (message) => {
    const one = make(message)
    held.add(one)
    one.once('click', () => {
      held.delete(one)
      onClick()
    })
    for (const end of ['close', 'failed'] as const) one.once(end, () => held.delete(one))
    for (const oldest of [...held].slice(0, -mostHeld)) {
      held.delete(oldest)
      oldest.close()
    }
    one.show()
  }
}
