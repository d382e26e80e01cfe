import { type DeviceName, deviceTitles } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'

/** What onnxruntime refuses, in the user's words. It throws plain Errors, so this is the one place that reads their text. */

/** The device is not in this build of onnxruntime. */
export function absent(device: DeviceName): string {
  const where: Partial<Record<DeviceName, string>> = {
    dml: 'DirectML exists only on Windows.',
    coreml: 'CoreML exists only on macOS.',
    cuda: 'CUDA needs Linux or Windows on a 64-bit Intel or AMD processor, with an NVIDIA card.',
  }
  return where[device] ?? `${deviceTitles[device]} is not part of the onnxruntime build for ${process.platform} on ${process.arch}.`
}

/** The device is in this build but did not start: what is missing, with onnxruntime's own reason. */
export function unavailable(device: DeviceName, why: string): string {
  if (device === 'webgpu' && /adapter/i.test(why)) return `WebGPU found no graphics driver it can use (${why}).`
  if (device === 'cuda' && /shared library|cannot open shared object|LoadLibrary/i.test(why)) {
    return `CUDA cannot start because its libraries for onnxruntime are not installed (${why}).`
  }
  return `${deviceTitles[device]} could not start (${why}).`
}

/**
 * What onnxruntime said when it could not open a graph, as one sentence. What is recognised as the file's fault
 * is code `model`, all else is the device's.
 */
export function openError(error: unknown, file: string, device: DeviceName): PalimpsestError {
  const said = error instanceof Error ? error.message : String(error)
  const custom = /(?:Fatal error: )?([\w.]+:\w+)\(-?\d+\) is not a registered function\/op/.exec(said)
  if (custom !== null) {
    return new PalimpsestError(
      'model',
      `The model file ${file} uses the custom operator ${String(custom[1])}, and such models are not supported.`,
      said,
    )
  }
  if (
    /Protobuf parsing failed|INVALID_PROTOBUF|ShapeInferenceError|INVALID_GRAPH|External data|Invalid model|not a valid|Unsupported model IR/i.test(
      said,
    )
  ) {
    return new PalimpsestError('model', `The model file ${file} is not a graph onnxruntime can open: ${cause(said)}.`, said)
  }
  if (/opset/i.test(said))
    return new PalimpsestError(
      'model',
      `The model file ${file} is of an ONNX version onnxruntime does not know: ${cause(said)}.`,
      said,
    )
  return new PalimpsestError('device', unavailable(device, cause(said)), said)
}

/** Is it about memory? Drivers have many words for it. */
function outOfMemory(said: string): boolean {
  return /out of memory|bad_alloc|failed to allocate|OUT_OF_DEVICE_MEMORY|not enough (GPU |device )?memory|AllocateRawInternal/i.test(
    said,
  )
}

/** onnxruntime's words without source paths, codes and line breaks, 160 characters at most, no full stop. */
export function cause(said: string): string {
  const words = said
    .replace(/\s+/g, ' ')
    .replace(/(?:[A-Za-z]:)?(?:\/[\w.+-]+)+\/([\w.+-]+)/g, '$1')
    .replace(/^.*was false\.\s*/, '')
    .replace(/^Load model from \S+ failed:\s*/, '')
    .replace(/\[ONNXRuntimeError\] : \d+ : \w+ : /g, '')
    .trim()
    .replace(/\.+$/, '')
  return words.length > 160 ? `${words.slice(0, 157)}...` : words
}

/** A model call that threw: the graph does not take what its card promised, memory ran out, or the driver gave up. */
export function callError(error: unknown, device: DeviceName): PalimpsestError {
  if (error instanceof PalimpsestError) return error
  const said = error instanceof Error ? error.message : String(error)
  if (/Got invalid dimensions|INVALID_ARGUMENT|Invalid rank|Unexpected input data type/i.test(said)) {
    return new PalimpsestError('model', `The graph does not take or give what its card says: ${cause(said)}.`, said)
  }
  if (outOfMemory(said)) {
    return new PalimpsestError(
      'device',
      `${deviceTitles[device]} ran out of memory: a smaller batch or a smaller size needs less.`,
      'memory',
    )
  }
  return new PalimpsestError('device', `The model call failed on ${deviceTitles[device]} (${cause(said)}).`, said)
}
