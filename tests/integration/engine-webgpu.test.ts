import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DenoiserCard, modelCard } from '../../src/shared/card.ts'
import type { PalimpsestError } from '../../src/shared/errors.ts'
import { cards, generate } from '../support/onnx.ts'
import { startedWith, startEngine } from '../support/worker.ts'

// WebGPU without a graphics card: Debian's chromium brings SwiftShader, a Vulkan driver for the CPU, and a Vulkan loader to go with it.

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'
const software = { ORT_DISABLE_TELEMETRY: '1', VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: '/usr/lib/chromium' }
const here = existsSync(driver)
if (!here)
  console.warn(`SKIPPED: the WebGPU tests of the engine need SwiftShader, and ${driver} is absent (apt-get install chromium).`)

/** float32 on both sides, other orders of summation: measured 1e-6 on this graph; the bar of the product is 1e-4. */
const tolerance = 1e-4

describe.skipIf(!here)('WebGPU on SwiftShader', () => {
  it('is found, and named as onnxruntime names it', async () => {
    const engine = startEngine(software)
    expect(await engine.remote.call('probe', { device: 'webgpu' }).result).toEqual({
      device: 'webgpu',
      available: true,
      name: 'WebGPU',
    })
    expect(await engine.load(cards.conv(), 'webgpu')).toMatchObject({ device: 'webgpu', provider: 'WebGpuExecutionProvider' })
  })

  it('agrees with the CPU over a whole run', async () => {
    const args = generate({ seeds: [1, 2], width: 16, height: 16, steps: 20, threshold: 'clip' })
    const cpu = await (await startedWith(cards.conv())).remote.call('run', args).result
    const engine = startEngine(software)
    await engine.load(cards.conv(), 'webgpu')
    const gpu = await engine.remote.call('run', args).result
    const worst = gpu.images.reduce((most, value, i) => Math.max(most, Math.abs(value - (cpu.images[i] ?? NaN))), 0)
    expect(worst).toBeLessThan(tolerance)
    // Not the CPU under another name: the last bits differ.
    expect(worst).toBeGreaterThan(0)
  })
})

/**
 * Of a whole run. A model of the noise is divided by sqrt(A) to give the picture, 1/157 at the top level, and the difference with it: measured
 * 4e-3 on the digits, 2e-4 on the score network, 6e-5 on the photographs, whose model says v. A wrong graph is off by the range of 2.
 */
const runTolerance = 1e-2

/** Every denoiser that ships. */
const shipped = join(import.meta.dirname, '../../models')
const denoisers = readdirSync(shipped).flatMap((id): readonly (readonly [string, DenoiserCard])[] => {
  const card = modelCard.parse(JSON.parse(readFileSync(join(shipped, id, 'model.json'), 'utf8')))
  return card.task === 'denoiser' ? [[id, card]] : []
})

describe.skipIf(!here)('the shipped models on WebGPU', () => {
  it.each(denoisers)('%s agrees with the CPU over a run of its smallest picture', async (id, card) => {
    const { size } = card.image
    const side = 'multipleOf' in size ? { width: size.min, height: size.min } : size
    const args = generate({ seeds: [3], ...side, steps: 2, spacing: 'trailing', threshold: 'clip' })
    const folder = join(shipped, id)
    const run = async (device: 'cpu' | 'webgpu') => {
      const engine = startEngine(device === 'cpu' ? undefined : software)
      await engine.remote.call('load', { folder, card, device, threads: 1 }).result
      return (await engine.remote.call('run', args).result).images
    }
    const [cpu, gpu] = [await run('cpu'), await run('webgpu')]
    const worst = gpu.reduce((most, value, i) => Math.max(most, Math.abs(value - (cpu[i] ?? NaN))), 0)
    process.stdout.write(`${id} on WebGPU: largest difference to the CPU ${worst.toExponential(1)}\n`)
    expect(worst).toBeLessThan(runTolerance)
    expect(worst).toBeGreaterThan(0)
  })
})

describe('a device that cannot start', () => {
  // No driver file: the loader, where there is one, finds nothing.
  const none = { ORT_DISABLE_TELEMETRY: '1', VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' }

  it.runIf(process.platform === 'linux')('says why in one sentence: WebGPU without a driver', async () => {
    const engine = startEngine(none)
    const report = await engine.remote.call('probe', { device: 'webgpu' }).result
    expect(report).toMatchObject({ device: 'webgpu', available: false })
    expect(report.reason).toMatch(/^WebGPU found no graphics driver it can use \([^\n]*adapter[^\n]*\)\.$/)
    const error = await engine.load(cards.conv(), 'webgpu').catch((caught: PalimpsestError) => caught)
    expect(error).toMatchObject({ code: 'device', message: report.reason })
    // The process still serves the CPU: that is the fallback.
    expect(await engine.load(cards.conv())).toMatchObject({ device: 'cpu' })
  })

  it.runIf(process.platform === 'linux')('says why for the devices of other systems', async () => {
    const engine = startEngine(none)
    const reasons = []
    for (const device of ['dml', 'coreml'] as const) reasons.push((await engine.remote.call('probe', { device }).result).reason)
    expect(reasons).toEqual(['DirectML exists only on Windows.', 'CoreML exists only on macOS.'])
  })
})
