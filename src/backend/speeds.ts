import { readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { DeviceName } from '../shared/card.ts'
import type { CallTime } from '../shared/engine.ts'
import { writeJson } from './files.ts'
import type { UsableModel } from './models.ts'
import { sizeOf } from './request.ts'

/**
 * What a model call takes on this machine, by model, device and images a call: what the estimate beside the button is made of. Measured calls
 * are kept from one start to the next; where none was measured, it is reckoned from what was, or from the model's size, and said as a range.
 */
export interface Speeds {
  record(model: string, device: DeviceName, batch: number, calls: number, milliseconds: number): void
  /** Measured at exactly this, in milliseconds a call. */
  find(model: string, device: DeviceName, batch: number): number | null
  /** Never without an answer: from one number, where it was measured, to a wide range. `null` for a device not chosen yet: as if it were the CPU. */
  reckon(model: TimedModel, device: DeviceName | null, batch: number): CallTime
  /** Keeps what was measured for the next start. */
  stop(): Promise<void>
}

export type TimedModel = Pick<UsableModel, 'id' | 'folder' | 'card'>

/**
 * [Note: reckoned time] From the shipped digits (28 x 28 pixels, 1 million weights, 2.8 ms on two cores; docs/proofs.md) to the photographs
 * (256 x 256, 5 million, 119 ms) a call takes about as long as (pixels x weights) to this power; larger networks tend to a little more. Sixteen
 * pictures in one call take 8.8 times as long as one.
 */
const power = 0.68
const batchPower = 0.85
const [usualMs, usualWork] = [2.8, 784 * 0.98e6]
/** Twice the cores are not twice the speed. */
const coresPower = 0.7
/** How far off a reckoned time may be, as a factor either way: from another batch of the model, another model, the size alone, also of an unknown device. */
const apart = { batch: 1.5, model: 2.5, size: 3, device: 8 }
/** A graphics device beside the CPU, about. */
const deviceGain = 10
/** Where the weights cannot be counted. */
const usualWeights = 5e6
const keptAtMost = 500

const kept = z.array(z.tuple([z.string(), z.number().positive()])).max(keptAtMost)

/** `file`: where they are kept; without one they are forgotten. */
export function createSpeeds(file?: string): Speeds {
  const known = new Map<string, number>(file === undefined ? [] : readKept(file))
  const works = new Map<string, number>()
  let changed = false
  const key = (model: string, device: DeviceName, batch: number) => `${device} ${String(batch)} ${model}`

  const workOf = (model: TimedModel): number => {
    const own = works.get(model.id) ?? measureWork(model)
    works.set(model.id, own)
    return own
  }
  /** The nearest measured batch of this model. */
  const otherBatch = (model: string, device: DeviceName, batch: number): number | undefined => {
    const found = [...known].flatMap(([name, ms]) => {
      const [on, size, ...id] = name.split(' ')
      return on === device && id.join(' ') === model ? [{ ms, size: Number(size) }] : []
    })
    const far = ({ size }: { size: number }) => Math.abs(Math.log(size / batch))
    const [nearest] = found.toSorted((a, b) => far(a) - far(b))
    return nearest === undefined ? undefined : nearest.ms * (batch / nearest.size) ** batchPower
  }
  /** By the models whose work is known and that ran on this device; the geometric mean of what each says. */
  const otherModels = (work: number, device: DeviceName, batch: number): number | undefined => {
    const said = [...known].flatMap(([name, ms]) => {
      const [on, size, ...id] = name.split(' ')
      const other = works.get(id.join(' '))
      return on === device && other !== undefined
        ? [Math.log(ms) + batchPower * Math.log(batch / Number(size)) + power * Math.log(work / other)]
        : []
    })
    return said.length === 0 ? undefined : Math.exp(said.reduce((sum, one) => sum + one, 0) / said.length)
  }

  return {
    record(model, device, batch, calls, milliseconds) {
      if (calls <= 0 || !(milliseconds > 0)) return
      const name = key(model, device, batch)
      // The newest stand last, and the oldest are forgotten first.
      known.delete(name)
      known.set(name, milliseconds / calls)
      changed = true
    },
    find: (model, device, batch) => known.get(key(model, device, batch)) ?? null,
    reckon(model, device, batch) {
      const work = workOf(model)
      const measured = device === null ? undefined : known.get(key(model.id, device, batch))
      if (measured !== undefined) return { least: measured, most: measured }
      const around = (ms: number, factor: number): CallTime => ({ least: ms / factor, most: ms * factor })
      if (device !== null) {
        const same = otherBatch(model.id, device, batch)
        if (same !== undefined) return around(same, apart.batch)
        const like = otherModels(work, device, batch)
        if (like !== undefined) return around(like, apart.model)
      }
      const onCpu = usualMs * (work / usualWork) ** power * batch ** batchPower * (2 / availableParallelism()) ** coresPower
      return device === null || device === 'cpu' ? around(onCpu, apart.size) : around(onCpu / deviceGain, apart.device)
    },
    async stop() {
      if (file === undefined || !changed) return
      changed = false
      await writeJson(file, [...known].slice(-keptAtMost)).catch(() => undefined)
    },
  }
}

/** What is damaged is measured anew. */
function readKept(file: string): readonly (readonly [string, number])[] {
  try {
    const read = kept.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return read.success ? read.data : []
  } catch {
    return []
  }
}

/** Pixels of a picture times the weights of the network, as its file has them. */
function measureWork({ folder, card }: TimedModel): number {
  const [graph] = card.files
  if (card.task !== 'denoiser' || graph === undefined) return usualWork
  const { width, height } = sizeOf(card)
  const names = [graph.file, ...(graph.data ?? []).map((data) => data.file)]
  const bytes = names.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
  const weights = bytes / (graph.precision === 'float16' ? 2 : 4)
  return width * height * (weights > 0 ? weights : usualWeights)
}
