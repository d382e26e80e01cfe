/**
 * Reads of an ONNX file only what must be known before a runtime may open it: is it whole, and which other files does it name?
 * ONNX is protocol buffers; field numbers from onnx.proto (ModelProto.graph = 7, GraphProto.node = 1, .initializer = 5, NodeProto.attribute
 * = 5, AttributeProto.t/g/tensors/graphs = 5/6/10/11, TensorProto.external_data = 13, StringStringEntryProto.key/value = 1/2).
 */

/** The bytes end before their own lengths say so, or are no protocol buffer at all. */
export class BrokenFile extends Error {}

interface Field {
  readonly number: number
  /** The contents of a length-delimited field; empty for numbers. */
  readonly bytes: Uint8Array
}

/** Deeper nesting of graphs in graphs than any network has: a file made to exhaust the stack. */
const deepest = 64

/** The names of the external data files the graph asks for, each once, as they stand in the file. Throws BrokenFile. */
export function externalFiles(model: Uint8Array): string[] {
  const names = new Set<string>()
  let graphs = 0
  for (const { number, bytes } of fields(model)) {
    if (number !== 7) continue
    graphs++
    walkGraph(bytes, names, 0)
  }
  if (graphs === 0) throw new BrokenFile('no graph')
  return [...names]
}

function walkGraph(graph: Uint8Array, names: Set<string>, depth: number): void {
  if (depth > deepest) throw new BrokenFile('graphs nested too deeply')
  for (const { number, bytes } of fields(graph)) {
    if (number === 5) walkTensor(bytes, names)
    else if (number === 1) for (const part of fields(bytes)) if (part.number === 5) walkAttribute(part.bytes, names, depth)
  }
}

function walkAttribute(attribute: Uint8Array, names: Set<string>, depth: number): void {
  for (const { number, bytes } of fields(attribute)) {
    if ((number === 5 || number === 10) && bytes.length > 0) walkTensor(bytes, names)
    else if ((number === 6 || number === 11) && bytes.length > 0) walkGraph(bytes, names, depth + 1)
  }
}

function walkTensor(tensor: Uint8Array, names: Set<string>): void {
  for (const { number, bytes } of fields(tensor)) {
    if (number !== 13) continue
    let key = ''
    let value = ''
    for (const part of fields(bytes)) {
      if (part.number === 1) key = text(part.bytes)
      else if (part.number === 2) value = text(part.bytes)
    }
    if (key === 'location') names.add(value)
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

const none = new Uint8Array(0)

function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0
  // Numbers of up to ten bytes; those beyond 2^53 occur only as values we skip.
  const varint = (): number => {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = bytes[at++]
      if (byte === undefined) throw new BrokenFile('ends inside a number')
      value += (byte & 127) * 2 ** (7 * i)
      if (byte < 128) return value
    }
    throw new BrokenFile('a number without end')
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    const wire = tag % 8
    let contents: Uint8Array = none
    if (wire === 0) varint()
    else if (wire === 1) at += 8
    else if (wire === 5) at += 4
    else if (wire === 2) {
      const length = varint()
      contents = bytes.subarray(at, at + length)
      at += length
    } else throw new BrokenFile(`a field of unknown kind ${String(wire)}`)
    if (at > bytes.length || number === 0) throw new BrokenFile('ends inside a field')
    yield { number, bytes: contents }
  }
}
