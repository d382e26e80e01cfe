import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failure, probeDevice } from '../../src/engine/devices.ts'
import type { Feeds } from '../../src/engine/graph.ts'
import { checkFills, checkOutput } from '../../src/engine/health.ts'
import { createPace } from '../../src/engine/pace.ts'
import { previewsOf } from '../../src/engine/preview.ts'
import { probeModel } from '../../src/engine/probe-model.ts'
import { callError, cause, openError, unavailable } from '../../src/engine/refusals.ts'
import { refuseTelemetry } from '../../src/engine/telemetry.ts'
import { graphs } from '../support/onnx.ts'

describe('previewsOf', () => {
  it('averages boxes and maps the range to 0..255', () => {
    const x0 = { shape: { n: 1, c: 1, h: 2, w: 4 }, data: Float32Array.of(-1, 1, 0.5, 0.5, -1, 1, 0.5, 0.5) }
    const [preview] = previewsOf(x0, [-1, 1], 2)
    expect(preview).toMatchObject({ index: 0, width: 2, height: 1 })
    expect([...(preview?.rgb ?? [])]).toEqual([128, 128, 128, 191, 191, 191])
  })
  it('keeps colours apart, images apart, clamps, and never enlarges', () => {
    const x0 = { shape: { n: 2, c: 3, h: 1, w: 1 }, data: Float32Array.of(0, 1, 2, 5, -5, 0.5) }
    const previews = previewsOf(x0, [0, 2], 128)
    expect(previews.map((preview) => [preview.index, preview.width, preview.height, ...preview.rgb])).toEqual([
      [0, 1, 1, 0, 128, 255],
      [1, 1, 1, 255, 0, 64],
    ])
  })
  it('covers every pixel of an odd size once', () => {
    const data = Float32Array.from({ length: 7 * 5 }, (_, i) => (i === 34 ? 1 : 0))
    const [preview] = previewsOf({ shape: { n: 1, c: 1, h: 5, w: 7 }, data }, [0, 1], 3)
    expect([preview?.width, preview?.height]).toEqual([3, 2])
    // The last pixel lies in the last box of 3 x 3.
    expect(preview?.rgb.at(-1)).toBe(Math.round(255 / 9))
  })
})

describe('createPace', () => {
  const spoken = (pace: ReturnType<typeof createPace>, everyMs: number, count: number) => {
    const told = { progress: 0, previews: 0 }
    for (let i = 1; i <= count; i++) {
      const due = pace.next(i * everyMs, i === 1, i === count)
      if (due !== 'nothing') told.progress++
      if (due === 'preview') told.previews++
    }
    return told
  }
  it('tells and shows ten times a second, at most, of a run of 1 ms steps', () => {
    const { progress, previews } = spoken(createPace({ size: 64, everyMs: 100 }), 1, 2000)
    expect(previews).toBeGreaterThan(15)
    expect(previews).toBeLessThanOrEqual(22)
    expect(progress).toBeGreaterThan(15)
    expect(progress).toBeLessThanOrEqual(24)
  })
  it('tells of every step of a slow run', () => {
    expect(spoken(createPace({ size: 64, everyMs: 100 }), 500, 10)).toEqual({ progress: 10, previews: 10 })
  })
  it('shows nothing when no previews are asked for', () => {
    expect(spoken(createPace({ size: 0, everyMs: 100 }), 500, 10)).toEqual({ progress: 10, previews: 0 })
  })
  it('shows less often when showing is dear', () => {
    const pace = createPace({ size: 64, everyMs: 100 })
    expect(pace.next(0, true, false)).toBe('preview')
    pace.spent(9)
    expect(pace.next(500, false, false)).toBe('progress')
    expect(pace.next(1000, false, false)).toBe('preview')
  })
})

describe('health', () => {
  const shape = { n: 2, c: 1, h: 8, w: 8 }
  const ramp = () => Float32Array.from({ length: 128 }, (_, i) => i / 128)
  const detail = (check: () => void) => {
    try {
      check()
      return 'healthy'
    } catch (error) {
      return (error as { detail?: string }).detail
    }
  }
  it.each([NaN, Infinity, -Infinity])('finds %f anywhere', (value) => {
    for (const at of [0, 63, 64, 127]) {
      const output = ramp()
      output[at] = value
      expect(detail(() => checkOutput(output, shape, 'cpu'))).toBe('nan')
    }
    expect(detail(() => checkOutput(ramp(), shape, 'cpu'))).toBe('healthy')
  })
  it('finds one flat image among others, but proves nothing from a few pixels', () => {
    expect(detail(() => checkOutput(ramp().fill(0.5, 64), shape, 'webgpu'))).toBe('constant')
    expect(detail(() => checkOutput(new Float32Array(6), { n: 2, c: 3, h: 1, w: 1 }, 'webgpu'))).toBe('healthy')
  })
  it('lets a hole in blank paper be filled with blank paper, and nothing else be flat', () => {
    const one = { n: 1, c: 1, h: 16, w: 16 }
    const mask = { h: 16, w: 16, data: Uint8Array.from({ length: 256 }, (_, i) => (i < 128 ? 1 : 0)) }
    const photo = new Float32Array(256).fill(1)
    const filled = (value: number) => new Float32Array(256).fill(value, 0, 128).fill(1, 128)
    expect(detail(() => checkFills(filled(1), one, photo, mask, 'cpu'))).toBe('healthy')
    expect(detail(() => checkFills(filled(-1), one, photo, mask, 'cpu'))).toBe('constant')
    expect(detail(() => checkFills(filled(NaN), one, photo, mask, 'cpu'))).toBe('nan')
  })
})

describe('the words of onnxruntime', () => {
  it('lose their paths, codes and line breaks', () => {
    expect(
      cause(
        '/onnxruntime_src/onnxruntime/core/webgpu_context.cc:136 Initialize(...)::<lambda()> x == y was false. Failed to get a WebGPU adapter: No supported adapters\n\n',
      ),
    ).toBe('Failed to get a WebGPU adapter: No supported adapters')
    expect(cause('Load model from /home/a/b.onnx failed:Protobuf parsing failed.')).toBe('Protobuf parsing failed')
    expect(cause('x'.repeat(500))).toHaveLength(160)
  })
  it('become one sentence with the right code', () => {
    expect(openError(new Error('Protobuf parsing failed.'), 'm.onnx', 'cpu')).toMatchObject({ code: 'model' })
    expect(openError(new Error('Failed to get a WebGPU adapter: No supported adapters'), 'm.onnx', 'webgpu')).toMatchObject({
      code: 'device',
      message: 'WebGPU found no graphics driver it can use (Failed to get a WebGPU adapter: No supported adapters).',
    })
    expect(callError(new Error('CUDA failure 2: out of memory'), 'cuda')).toMatchObject({ code: 'device', detail: 'memory' })
    expect(callError(new Error('Got invalid dimensions for input: sample'), 'cpu')).toMatchObject({ code: 'model' })
    expect(callError(new Error('device lost'), 'webgpu')).toMatchObject({
      code: 'device',
      message: 'The model call failed on WebGPU (device lost).',
    })
    expect(unavailable('cuda', 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library')).toContain(
      'are not installed',
    )
  })
})

describe('probeDevice', () => {
  it('finds the CPU by running the probe graph of the test models on it', async () => {
    expect(Buffer.from(probeModel()).equals(readFileSync(join(graphs, 'probe.onnx')))).toBe(true)
    expect(await probeDevice('cpu')).toMatchObject({
      device: 'cpu',
      available: true,
      name: expect.stringMatching(/^CPU/) as string,
    })
  })
  it.skipIf(process.platform === 'win32')('says why DirectML cannot be', async () => {
    expect(await probeDevice('dml')).toEqual({
      device: 'dml',
      available: false,
      name: 'DirectML',
      reason: 'DirectML exists only on Windows.',
    })
  })
})

describe('a device that starts', () => {
  const answering = (answer: readonly number[]) => ({
    version: '0',
    devices: ['webgpu'],
    open: () =>
      Promise.resolve({
        inputs: [],
        outputs: [],
        run: (_: unknown, { y }: Feeds) => Promise.resolve((y as { data: Float32Array }).data.set(answer)),
        release: () => Promise.resolve(),
      }),
  })
  it('is used when it counts right and not when it counts wrong', async () => {
    expect(await failure(answering([21, 4, 9, 16]), 'webgpu')).toBeUndefined()
    expect(await failure(answering([21, 4, 9, 0]), 'webgpu')).toBe(
      'WebGPU started but gave wrong numbers in a first test, so it is not used.',
    )
  })
})

describe('refuseTelemetry', () => {
  it('accepts only ORT_DISABLE_TELEMETRY=1', () => {
    expect(() => refuseTelemetry({ ORT_DISABLE_TELEMETRY: '1' })).not.toThrow()
    for (const value of [undefined, '', '0', 'true'])
      expect(() => refuseTelemetry({ ORT_DISABLE_TELEMETRY: value })).toThrow('refuses to load onnxruntime')
  })
})
