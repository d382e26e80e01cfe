import { bridge, call } from './client.ts'
import { openInInpaint } from './inpaint-door.ts'
import { attempt, notify } from './store.ts'

/**
 * Photographs that the system hands to the program ("open with", a second start, a file dropped on its icon): the newest comes on the table,
 * the others wait among those opened before. Returns what stops it. A browser's page is handed none.
 */
export function startOpened(): () => void {
  if (bridge().door !== 'electron') return () => undefined
  const take = () => attempt(takeOpened)
  const stop = bridge().subscribe((event) => {
    if (event.kind === 'opened') take()
  })
  // What came before this window listened.
  take()
  return stop
}

async function takeOpened(): Promise<void> {
  const opened = await call('takeOpened', {})
  for (const one of opened) if ('error' in one) notify(one.error.message, 'bad')
  const newest = opened.flatMap((one) => ('photo' in one ? [one.photo] : [])).at(-1)
  if (newest !== undefined) openInInpaint(newest)
}
