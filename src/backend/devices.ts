import { deviceNames, deviceTitles, type DeviceName } from '../shared/card.ts'
import type { DeviceReport, EngineMethods } from '../shared/engine.ts'
import { toErrorData } from '../shared/errors.ts'
import type { StartWorker } from '../shared/port.ts'
import type { Tuning } from './tuning.ts'
import { startWorker, type Worker } from './worker.ts'

/** Which devices start here. Each is tried once, in a process of its own, since a driver may crash or hang the process that asks. */
export interface Devices {
  report(device: DeviceName): Promise<DeviceReport>
  all(): Promise<readonly DeviceReport[]>
  /** What `auto` tries, best first; the last is the CPU. */
  ranking(): Promise<readonly DeviceName[]>
  /** The first of the ranking, if it is known already: never starts a process. */
  readonly chosen: DeviceName | null
  stop(): Promise<void>
}

/** Best first. The CPU is not asked: it always starts, or nothing does. */
const order = ['cuda', 'dml', 'coreml', 'webgpu'] as const satisfies readonly DeviceName[]

const platforms: Partial<Record<DeviceName, { readonly on: readonly string[]; readonly words: string }>> = {
  cuda: { on: ['linux', 'win32'], words: 'CUDA exists only on Linux and Windows.' },
  dml: { on: ['win32'], words: 'DirectML exists only on Windows.' },
  coreml: { on: ['darwin'], words: 'CoreML exists only on macOS.' },
}

/** Null where this system may have the device; else the sentence why it cannot. Saves a process. */
export function impossible(device: DeviceName): string | null {
  const rule = platforms[device]
  return rule === undefined || rule.on.includes(process.platform) ? null : rule.words
}

const softwareAdapter = /swiftshader|llvmpipe|lavapipe|softpipe|microsoft basic render|software/i

/** A WebGPU that computes on the CPU is slower than the CPU provider, so `auto` passes it by. */
export function isSoftware(report: DeviceReport, env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  if (report.device !== 'webgpu') return false
  const drivers = [env['VK_DRIVER_FILES'], env['VK_ICD_FILENAMES']].filter((files) => files !== undefined)
  return softwareAdapter.test(report.name) || drivers.some((files) => /swiftshader|lvp_icd|llvmpipe/i.test(files))
}

export function createDevices(start: StartWorker, tuning: Tuning): Devices {
  const cache = new Map<DeviceName, Promise<DeviceReport>>()
  const open = new Set<Worker<EngineMethods>>()
  let chosen: DeviceName | null = null

  const probe = async (device: DeviceName): Promise<DeviceReport> => {
    const no = (reason: string): DeviceReport => ({ device, available: false, name: deviceTitles[device], reason })
    const wrongSystem = impossible(device)
    if (wrongSystem !== null) return no(wrongSystem)
    let worker: Worker<EngineMethods> | undefined
    let timer: NodeJS.Timeout | undefined
    try {
      const started = await startWorker<EngineMethods>(start, 'The engine')
      worker = started
      open.add(started)
      let late = false
      timer = setTimeout(() => {
        late = true
        void started.kill()
      }, tuning.probeMs)
      return await started.remote.call('probe', { device }).result.catch((error: unknown) => {
        if (late) return no(`It did not answer within ${String(tuning.probeMs / 1000)} seconds.`)
        return no(toErrorData(error).message)
      })
    } catch (error) {
      return no(toErrorData(error).message)
    } finally {
      clearTimeout(timer)
      if (worker !== undefined) {
        await worker.kill()
        open.delete(worker)
      }
    }
  }

  const report = (device: DeviceName): Promise<DeviceReport> => {
    const known = cache.get(device)
    if (known !== undefined) return known
    const asked = probe(device)
    cache.set(device, asked)
    return asked
  }

  return {
    report,
    all: () => Promise.all(deviceNames.map(report)),
    async ranking() {
      const reports = await Promise.all(order.map(report))
      const usable = reports.filter((one) => one.available && !isSoftware(one)).map((one) => one.device)
      chosen = usable[0] ?? 'cpu'
      return [...usable, 'cpu']
    },
    get chosen() {
      return chosen
    },
    async stop() {
      await Promise.all([...open].map((worker) => worker.kill()))
    },
  }
}
