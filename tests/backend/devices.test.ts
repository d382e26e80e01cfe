import { describe, expect, it } from 'vitest'
import { isSoftware } from '../../src/backend/devices.ts'
import { makeBench, type Bench } from './fakes.ts'

const run = async (bench: Bench, device: string) => {
  const { job } = await bench.backend.handlers.generate({ model: 'tiny', count: 1, steps: 2, device } as never)
  return bench.ended(job)
}

describe('auto', () => {
  it('takes the CPU where nothing else starts, without a notice', async () => {
    const bench = await makeBench()
    expect(await run(bench, 'auto')).toMatchObject({ status: 'done', device: 'cpu', notices: [] })
  })

  it('takes the first device that starts', async () => {
    const bench = await makeBench()
    bench.world.probes.set('webgpu', { available: true, name: 'A real card' })
    expect(await run(bench, 'auto')).toMatchObject({ status: 'done', device: 'webgpu', notices: [] })
  })

  it('says so when that device fails to load, and tries it only once', async () => {
    const bench = await makeBench()
    bench.world.probes.set('webgpu', { available: true })
    bench.world.broken.set('webgpu', 'no adapter.')
    const notices = ['WebGPU could not start (no adapter); running on the CPU.']
    expect(await run(bench, 'auto')).toMatchObject({ status: 'done', device: 'cpu', notices, report: { notices } })
    const started = bench.world.engines.length
    expect(await run(bench, 'auto')).toMatchObject({ status: 'done', device: 'cpu', notices })
    expect(bench.world.engines).toHaveLength(started)
  })

  it('passes by a WebGPU that computes on the CPU', async () => {
    const bench = await makeBench()
    bench.world.probes.set('webgpu', { available: true, name: 'SwiftShader Device (LLVM 10.0.0)' })
    expect(await run(bench, 'auto')).toMatchObject({ device: 'cpu' })
  })

  it('outlives a probe that crashes and one that hangs', async () => {
    const bench = await makeBench({ probeMs: 30 })
    bench.world.probes.set('webgpu', 'hang').set('cuda', 'crash')
    expect(await run(bench, 'auto')).toMatchObject({ status: 'done', device: 'cpu' })
    const reports = await bench.backend.handlers.devices({})
    expect(reports.find(({ device }) => device === 'webgpu')).toMatchObject({
      available: false,
      reason: 'It did not answer within 0.03 seconds.',
    })
    expect(reports.find(({ device }) => device === 'cuda')?.reason).toMatch(
      process.platform === 'darwin' ? /only on/ : /stopped unexpectedly/,
    )
  })
})

it('is estimated where auto really ran, not where it would have liked to', async () => {
  const bench = await makeBench()
  bench.world.probes.set('webgpu', { available: true })
  bench.world.broken.set('webgpu', 'WebGPU could not start (no memory).')
  await run(bench, 'auto')
  expect(await bench.backend.handlers.estimate({ model: 'tiny', device: 'auto', batch: 1 })).toEqual({
    device: 'cpu',
    millisecondsPerCall: 10,
    reckoned: { least: 10, most: 10 },
  })
})

describe('a named device', () => {
  it('fails with code device instead of running elsewhere', async () => {
    const bench = await makeBench()
    bench.world.broken.set('webgpu', 'WebGPU found no graphics driver it can use.')
    expect(await run(bench, 'webgpu')).toMatchObject({
      status: 'failed',
      error: { code: 'device', message: 'WebGPU found no graphics driver it can use.' },
    })
  })

  it.runIf(process.platform === 'linux')('of another system is refused without a process', async () => {
    const bench = await makeBench()
    expect(await run(bench, 'dml')).toMatchObject({ status: 'failed', error: { code: 'device' } })
    expect(bench.world.engines).toEqual([])
  })
})

it('lists all five devices with a reason for each that cannot start, and asks each once', async () => {
  const bench = await makeBench()
  const reports = await bench.backend.handlers.devices({})
  expect(reports.map(({ device }) => device)).toEqual(['cpu', 'webgpu', 'cuda', 'dml', 'coreml'])
  const started = bench.world.engines.length
  await bench.backend.handlers.devices({})
  expect(bench.world.engines).toHaveLength(started)
  expect(bench.world.engines.every((engine) => engine.killed)).toBe(true)
})

it.each([
  ['llvmpipe (LLVM 15)', {}, true],
  ['NVIDIA H200', {}, false],
  ['WebGPU', { VK_DRIVER_FILES: '/usr/lib/chromium/vk_swiftshader_icd.json' }, true],
  ['WebGPU', { VK_DRIVER_FILES: '/usr/share/vulkan/icd.d/nvidia_icd.json' }, false],
])('software adapter: %s %j', (name, env, expected) => {
  expect(isSoftware({ device: 'webgpu', available: true, name }, env)).toBe(expected)
})
