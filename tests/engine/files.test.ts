import { createHash } from 'node:crypto'
import { readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkedPath, chooseFile, type FileEntry } from '../../src/engine/files.ts'
import { BrokenFile, externalFiles } from '../../src/engine/onnx.ts'
import { cardOf, copied, graphs, sha256Of } from '../support/onnx.ts'

const entryOf = (folder: string, file: string): FileEntry => ({ file, sha256: sha256Of(join(folder, file)), precision: 'float32' })

describe('chooseFile', () => {
  const file = (name: string, ...devices: ('cpu' | 'webgpu' | 'cuda')[]): FileEntry => ({
    file: name,
    sha256: '0'.repeat(64),
    precision: 'float32',
    ...(devices.length > 0 ? { devices } : {}),
  })
  it('takes the file meant for the device by name, else the first for all', () => {
    const card = cardOf('linear', { files: [file('all.onnx'), file('half.onnx', 'webgpu', 'cuda')] })
    expect(chooseFile(card, 'webgpu').file).toBe('half.onnx')
    expect(chooseFile(card, 'cpu').file).toBe('all.onnx')
  })
})

describe('checkedPath refuses, code model', () => {
  const refusal = (folder: string, entry: FileEntry) =>
    checkedPath(folder, entry).then(
      () => 'accepted',
      (error: unknown) => `${(error as { code: string }).code}: ${(error as Error).message}`,
    )

  it('nothing when the file is the one its card names', async () => {
    expect(await checkedPath(graphs, entryOf(graphs, 'linear.onnx'))).toBe(join(graphs, 'linear.onnx'))
  })
  it('a missing file', async () => {
    const folder = copied('linear.onnx')
    const entry = entryOf(folder, 'linear.onnx')
    unlinkSync(join(folder, 'linear.onnx'))
    expect(await refusal(folder, entry)).toBe("model: The file linear.onnx is missing from the model's folder.")
  })
  it('a file cut short at every length, and says so', async () => {
    const folder = copied('linear.onnx')
    const whole = readFileSync(join(folder, 'linear.onnx'))
    const entry = entryOf(folder, 'linear.onnx')
    // The graph is one long field followed by the opset (4 bytes); before that end every cut is inside it.
    for (let length = 0; length < whole.length - 4; length += 7) {
      writeFileSync(join(folder, 'linear.onnx'), whole)
      truncateSync(join(folder, 'linear.onnx'), length)
      expect(await refusal(folder, entry)).toBe('model: The model file linear.onnx is cut short or is no ONNX file.')
    }
  })
  it('a file that is no ONNX although the hash agrees', async () => {
    const folder = copied('linear.onnx')
    writeFileSync(join(folder, 'linear.onnx'), 'This is text and no graph at all.')
    expect(await refusal(folder, entryOf(folder, 'linear.onnx'))).toContain('is cut short or is no ONNX file')
  })
  it('another file than the card means', async () => {
    const folder = copied('linear.onnx')
    const entry = entryOf(folder, 'linear.onnx')
    writeFileSync(join(folder, 'linear.onnx'), readFileSync(join(graphs, 'scalar.onnx')))
    expect(await refusal(folder, entry)).toMatch(
      /^model: The model file linear.onnx is not the one its card names: its sha256 is [0-9a-f]{12}\.\.\. and not/,
    )
  })
  it('external data that is missing, changed or not declared', async () => {
    const folder = copied('external.onnx', 'external.bin')
    const data = [{ file: 'external.bin', sha256: sha256Of(join(folder, 'external.bin')) }]
    const entry = { ...entryOf(folder, 'external.onnx'), data }
    expect(await refusal(folder, entry)).toBe('accepted')
    expect(await refusal(folder, { ...entry, data: [] })).toContain('takes data from "external.bin", which its card does not name')
    writeFileSync(join(folder, 'external.bin'), 'other')
    expect(await refusal(folder, entry)).toContain('The data file external.bin is not the one the card names')
    unlinkSync(join(folder, 'external.bin'))
    expect(await refusal(folder, entry)).toBe("model: The file external.bin is missing from the model's folder.")
  })
})

describe('externalFiles', () => {
  it('finds a path that leaves the folder, as it stands', () => {
    const bytes = readFileSync(join(graphs, 'external.onnx')).toString('latin1').replaceAll('external.bin', '../steal.bin')
    expect(externalFiles(Buffer.from(bytes, 'latin1'))).toEqual(['../steal.bin'])
  })
  it('survives any bytes: a list or BrokenFile, nothing else', () => {
    for (let round = 0; round < 400; round++) {
      const bytes = Uint8Array.from(createHash('sha512').update(String(round)).digest())
      // Half of them begin as a graph, so that the walk gets inside.
      if (round % 2 === 0) bytes.set([0x3a, 62])
      try {
        expect(Array.isArray(externalFiles(bytes))).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenFile)
      }
    }
  })
  it('refuses graphs nested without end', () => {
    let graph = new Uint8Array(0)
    const field = (number: number, body: Uint8Array) => {
      const size: number[] = []
      for (let rest = body.length; ; rest = Math.floor(rest / 128)) {
        size.push(rest < 128 ? rest : (rest % 128) + 128)
        if (rest < 128) break
      }
      return Uint8Array.from([number * 8 + 2, ...size, ...body])
    }
    for (let depth = 0; depth < 500; depth++)
      graph = field(1, field(5, field(6, graph.length === 0 ? Uint8Array.of(0x12, 0) : graph)))
    expect(() => externalFiles(field(7, graph))).toThrow(BrokenFile)
  })
})
