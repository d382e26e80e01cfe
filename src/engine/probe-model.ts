/**
 * y = x w, the smallest graph that makes a device do real work: tests/support/models/probe.onnx as text, made by
 * tools/golden/make-test-models.py. Integers small enough to be exact in float16 too.
 */
const text =
  'CAkSEHBhbGltcHNlc3QtdGVzdHM6kQEKEQoBeAoBdxIBeSIGTWF0TXVsEgVwcm9iZSpLCAQIBBABQgF3SkAAAIA/AAAAQAAAAAAAAAAAAAAAAAAAgD8AAEBAAAAAAAAAAAAAAAAA' +
  'AACAPwAAgEAAAKBAAAAAAAAAAAAAAIA/WhMKAXgSDgoMCAESCAoCCAEKAggEYhMKAXkSDgoMCAESCAoCCAEKAggEQgQKABAS'

export const probeModel = (): Uint8Array => Buffer.from(text, 'base64')
export const probeInput = Float32Array.of(1, 2, 3, 4)
/** Row by row of w: [1 2 0 0], [0 1 3 0], [0 0 1 4], [5 0 0 1]. */
export const probeOutput: readonly number[] = [21, 4, 9, 16]
