import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { PalimpsestError } from '../../shared/errors.ts'
import { bridge, call, onConnection } from './client.ts'
import { initialState, reduceEvent, withJobs, withNotice, type AppState, type Notice, type NoticeAction } from './events.ts'

/** The one copy of the backend's state in this window. Screens read it with `useApp`; only events and answers change it. */
export const appStore = createStore<AppState>(() => initialState)

export function useApp<T>(selector: (state: AppState) => T): T {
  return useStore(appStore, selector)
}

/** A short message in the corner; the same words are not stacked. */
export function notify(message: string, tone: Notice['tone'] = 'info', action?: NoticeAction): void {
  appStore.setState((state) => withNotice(state, message, tone, action))
}

export function dismissNotice(id: number): void {
  appStore.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }))
}

/** Runs an action of the user; what goes wrong becomes one sentence in the corner. For errors with a place of their own, catch them there. */
export function attempt(action: () => Promise<unknown>): void {
  action().catch((error: unknown) => {
    if (error instanceof PalimpsestError && error.code === 'cancelled') return
    notify(error instanceof Error ? error.message : String(error), 'bad')
  })
}

/** `calm`: when devices may be asked for. */
export async function refresh(calm: Promise<unknown> = Promise.resolve()): Promise<void> {
  const [about, models, jobs, queue] = await Promise.all([
    call('about', {}),
    call('models', {}),
    call('jobs', {}),
    call('queue', {}),
  ])
  appStore.setState((state) => ({ ...withJobs(state, jobs), about, models, queue }))
  // Probing devices starts processes, which have the processor to themselves for a second or more: nothing waits for it.
  await calm
  appStore.setState({ devices: await call('devices', {}) })
}

/** Starts listening; returns what stops it. Previews of one animation frame are one change of state. `calmMs`: devices are asked for only then. */
export function startStore(calmMs = 0): () => void {
  let waiting: Parameters<typeof reduceEvent>[1][] = []
  let frame = 0
  const flush = () => {
    frame = 0
    const events = waiting
    waiting = []
    appStore.setState((state) => events.reduce(reduceEvent, state))
  }
  const stopEvents = bridge().subscribe((event) => {
    waiting.push(event)
    // A hidden window draws no frames; its state must not pile up.
    if (document.hidden) flush()
    else if (frame === 0) frame = requestAnimationFrame(flush)
  })
  const stopConnection = onConnection((connection) => {
    const wasLost = appStore.getState().connection === 'lost'
    appStore.setState({ connection })
    if (connection === 'open' && wasLost) attempt(refresh)
  })
  let calm: ReturnType<typeof setTimeout> | undefined
  attempt(() => refresh(calmMs === 0 ? undefined : new Promise((go) => (calm = setTimeout(go, calmMs)))))
  return () => {
    stopEvents()
    stopConnection()
    clearTimeout(calm)
    cancelAnimationFrame(frame)
  }
}
