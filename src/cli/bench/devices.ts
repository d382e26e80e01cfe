import { isSoftware } from '../../backend/devices.ts'
import type { Backend } from '../../backend/types.ts'
import type { DeviceReport } from '../../shared/engine.ts'

/** The GPU against the CPU, where there is a GPU; where there is none, why it was not measured. */
export type DeviceComparison =
  | { readonly measured: true; readonly gpu: string; readonly gpuMs: number; readonly cpuMs: number; readonly times: number }
  | { readonly measured: false; readonly why: string }

export async function measureDevices(
  backend: Pick<Backend, 'benchModel' | 'handlers'>,
  { model, batch, steps }: { model: string; batch: number; steps: number },
): Promise<DeviceComparison> {
  const refusal = whyNot((await backend.handlers.devices({})).find((report) => report.device === 'webgpu'))
  if (refusal !== undefined) return { measured: false, why: refusal }
  const rate = async (device: string) => {
    const { device: ran, samplerMsPerCall: ms } = await backend.benchModel({ model, device, batch, steps, rounds: 3 })
    return { ran, ms }
  }
  const gpu = await rate('webgpu')
  if (gpu.ran !== 'webgpu') return { measured: false, why: `the model ran on ${gpu.ran} when WebGPU was asked for` }
  const cpu = await rate('cpu')
  return { measured: true, gpu: 'webgpu', gpuMs: gpu.ms, cpuMs: cpu.ms, times: cpu.ms / gpu.ms }
}

export function whyNot(report: DeviceReport | undefined): string | undefined {
  if (report === undefined) return 'this build knows no WebGPU'
  if (!report.available) return report.reason ?? 'WebGPU cannot start here'
  // A processor that plays a graphics card says nothing about one.
  if (isSoftware(report)) return `the only WebGPU device here is a software one (${report.name})`
  return undefined
}
