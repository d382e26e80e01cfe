import { columns } from '../help.ts'
import type { BenchSettings } from '../bench.ts'
import type { ColdStart } from './cold.ts'
import type { DeviceComparison } from './devices.ts'
import { type LibraryBench, libraryRows } from './library.ts'
import type { PeakMemory } from './memory.ts'
import type { Overhead } from './overhead.ts'
import type { QueueCost } from './queue.ts'
import type { Repeats } from './repeats.ts'

export interface BenchReport {
  readonly settings: BenchSettings
  readonly overhead: readonly Overhead[]
  readonly cold: ColdStart
  readonly devices: DeviceComparison
  readonly repeats: Repeats
  readonly queue: QueueCost
  readonly memory: PeakMemory
  readonly library: LibraryBench
}

const ms = (value: number) => `${value.toFixed(2)} ms`
const yes = (value: boolean) => (value ? 'yes' : 'NO')

/** The measurements in words, a line each. */
export function table({ settings, overhead, cold, devices, repeats, queue, memory, library }: BenchReport): string {
  return [
    `${settings.model} on the CPU, ${settings.steps} steps, ${settings.rounds} rounds, medians`,
    '',
    ...columns([
      ...overhead.map(
        (row) =>
          [
            `step, batch ${row.batch}`,
            `${ms(row.stepMs)} against ${ms(row.bareMs)} of a bare model call: ${row.overheadPercent.toFixed(2)} % more (${row.overheadInterval.map((end) => end.toFixed(2)).join(' to ')} by the scatter of the rounds; ${row.outsideModelPercent.toFixed(2)} % outside the model)`,
          ] as const,
      ),
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
      [
        'a job of the queue',
        `${ms(queue.jobMs.median)} beside its sampling (p95 ${ms(queue.jobMs.p95)}), ${ms(queue.runMs.median)} without the queue: ${ms(queue.overheadMs.median)} more (p95 ${ms(queue.overheadMs.p95)}; ${queue.jobs} of each in turns; processor ${ms(queue.processor.jobMs)} and ${ms(queue.processor.runMs)})`,
      ],
      ['time left after a fifth', `at most ${queue.estimateOffPercent.toFixed(0)} % off`],
      ['same pixels twice', yes(repeats.twice)],
      ['same recipe and file twice', yes(repeats.sameRecipe)],
      ['picture of a batch = alone', yes(repeats.aloneAsInBatch)],
      ...libraryRows(library),
    ]),
  ].join('\n')
}
