import { columns } from '../help.ts'
import type { BenchSettings } from '../bench.ts'
import type { ColdStart } from './cold.ts'
import type { DeviceComparison } from './devices.ts'
import type { PeakMemory } from './memory.ts'
import type { Overhead } from './overhead.ts'
import type { Repeats } from './repeats.ts'

export interface BenchReport {
  readonly settings: BenchSettings
  readonly overhead: Overhead
  readonly cold: ColdStart
  readonly devices: DeviceComparison
  readonly repeats: Repeats
  readonly memory: PeakMemory
}

const ms = (value: number) => `${value.toFixed(2)} ms`
const yes = (value: boolean) => (value ? 'yes' : 'NO')

/** The measurements in words, a line each. */
export function table({ settings, overhead, cold, devices, repeats, memory }: BenchReport): string {
  return [
    `${settings.model}, ${overhead.device}, batch ${overhead.batch}, ${overhead.steps} steps, ${overhead.rounds} rounds, medians`,
    '',
    ...columns([
      ['bare model call', ms(overhead.bareMs)],
      ['step of the sampler', ms(overhead.stepMs)],
      ['overhead', `${overhead.overheadPercent.toFixed(2)} % (outside the model: ${overhead.outsideModelPercent.toFixed(2)} %)`],
      ['cold start to first step', `${cold.firstStep.toFixed(2)} s (whole run of 10 steps: ${cold.wholeRun.toFixed(2)} s)`],
      [
        'GPU against CPU',
        devices.measured
          ? `${devices.times.toFixed(1)} times as fast (${ms(devices.gpuMs)} against ${ms(devices.cpuMs)})`
          : `not measured: ${devices.why}`,
      ],
      [
        'peak memory',
        memory.measured
          ? `${memory.together} MB (${memory.processes.map((one) => `${one.name} ${one.megabytes}`).join(', ')})`
          : `not measured: ${memory.why}`,
      ],
      ['same pixels twice', yes(repeats.twice)],
      ['same recipe and file twice', yes(repeats.sameRecipe)],
      ['picture of a batch = alone', yes(repeats.aloneAsInBatch)],
    ]),
  ].join('\n')
}
