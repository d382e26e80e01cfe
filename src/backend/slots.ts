import type { DeviceName } from '../shared/card.ts'
import type { Lane } from './lane.ts'

/** Which devices are at work: one run at a time each, and runs on different ones side by side. */
export interface Slots {
  /** May work for this device begin now? Null: it is not known yet which one it will be, so it needs them all. */
  free(device: DeviceName | null): boolean
  /** To be asked for only where it is free. */
  take(device: DeviceName | null): Slot
  /** Work that has the whole machine, in the order it came; a failure does not stop what waits behind it. */
  alone: Lane
}

export interface Slot {
  /** On to another device, or from all of them to one: resolves when no other run has it. */
  move(device: DeviceName): Promise<void>
  release(): void
}

interface Held {
  /** Undefined while it waits for its next device: then it has none. */
  device: DeviceName | null | undefined
}

/** @param onChange called when a device may have come free. */
export function createSlots(onChange: () => void = () => undefined): Slots {
  const held = new Set<Held>()
  /** Asked again whenever something changed, the oldest first; true: it has what it waited for. */
  let waiting: { readonly ready: () => boolean; readonly alone: boolean }[] = []

  const clear = (device: DeviceName | null, own?: Held): boolean =>
    [...held].every(
      (other) =>
        other === own || other.device === undefined || (device !== null && other.device !== null && other.device !== device),
    )
  const changed = (): void => {
    waiting = waiting.filter(({ ready }) => !ready())
    onChange()
  }
  const until = (ready: () => boolean, alone: boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({
        alone,
        ready: () => {
          const is = ready()
          if (is) resolve()
          return is
        },
      })
      changed()
    })
  const release = (one: Held): void => {
    if (held.delete(one)) changed()
  }
  const take = (device: DeviceName | null): Held => {
    const one: Held = { device }
    held.add(one)
    return one
  }

  return {
    // Who waits for the whole machine is not passed by.
    free: (device) => waiting.every(({ alone }) => !alone) && clear(device),
    take(device) {
      const one = take(device)
      return {
        async move(to) {
          if (one.device === to) return
          one.device = undefined
          await until(() => {
            if (!held.has(one)) return true
            if (!clear(to, one)) return false
            one.device = to
            return true
          }, false)
        },
        release: () => release(one),
      }
    },
    async alone(work) {
      let one: Held | undefined
      await until(() => {
        if (!clear(null)) return false
        one = take(null)
        return true
      }, true)
      try {
        return await work()
      } finally {
        if (one !== undefined) release(one)
      }
    },
  }
}
