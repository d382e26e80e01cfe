import type { DeviceName } from '../shared/card.ts'

/** Measured milliseconds of a model call, by model, device and images a call: what the estimate beside the button is made of. */
export interface Speeds {
  record(model: string, device: DeviceName, batch: number, calls: number, milliseconds: number): void
  find(model: string, device: DeviceName, batch: number): number | null
}

export function createSpeeds(): Speeds {
  const known = new Map<string, number>()
  const key = (model: string, device: DeviceName, batch: number) => `${device} ${String(batch)} ${model}`
  return {
    record(model, device, batch, calls, milliseconds) {
      if (calls > 0) known.set(key(model, device, batch), milliseconds / calls)
    },
    find: (model, device, batch) => known.get(key(model, device, batch)) ?? null,
  }
}
