import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { type DeviceName, deviceTitles } from '../shared/card.ts'
import type { DeviceReport } from '../shared/engine.ts'
import { probeInput, probeModel, probeOutput } from './probe-model.ts'
import { absent, cause, unavailable } from './refusals.ts'
import { loadRuntime, type Runtime } from './session.ts'

/**
 * Can a device start here? The only honest answer is to start it: a graph of one matrix product is run on it and must give the right
 * numbers. A driver may crash the process while it tries; that is why each device is asked in a process of its own.
 */
export async function probeDevice(device: DeviceName): Promise<DeviceReport> {
  const name = deviceTitle(device)
  const runtime = await loadRuntime()
  if (!runtime.devices.includes(device)) return { device, available: false, name, reason: absent(device) }
  const reason = await failure(runtime, device)
  return reason === undefined ? { device, available: true, name } : { device, available: false, name, reason }
}

/** One sentence, or undefined when the device started and counts right. Exported for its test. */
export async function failure(runtime: Runtime, device: DeviceName): Promise<string | undefined> {
  try {
    const graph = await runtime.open(probeModel(), device, 1)
    const out = new Float32Array(probeOutput.length)
    await graph.run({ x: { type: 'float32', data: probeInput, dims: [1, 4] } }, { y: { type: 'float32', data: out, dims: [1, 4] } })
    await graph.release()
    if (probeOutput.every((expected, i) => out[i] === expected)) return undefined
    return `${deviceTitles[device]} started but gave wrong numbers in a first test, so it is not used.`
  } catch (error) {
    return unavailable(device, cause(error instanceof Error ? error.message : String(error)))
  }
}

/** What the user calls it, with the name of the chip where the system tells it without being asked twice. */
function deviceTitle(device: DeviceName): string {
  const chip = device === 'cpu' ? cpus()[0]?.model.trim() : device === 'cuda' ? nvidiaCard() : undefined
  return chip === undefined || chip === '' ? deviceTitles[device] : `${deviceTitles[device]} (${chip})`
}

/** The NVIDIA driver of Linux names its cards in files. */
function nvidiaCard(): string | undefined {
  const folder = '/proc/driver/nvidia/gpus'
  try {
    const [first] = readdirSync(folder)
    return first === undefined
      ? undefined
      : /^Model:\s*(.+?)\s*$/m.exec(readFileSync(`${folder}/${first}/information`, 'utf8'))?.[1]
  } catch {
    // No such driver, or no such files: then the plain title has to do.
    return undefined
  }
}
