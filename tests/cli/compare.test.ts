import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compareInput } from '../../src/cli/compare.ts'
import { type CommandShape, parseFlags } from '../../src/cli/flags.ts'
import { helpOf } from '../../src/cli/help.ts'
import { commands } from '../../src/cli/table.ts'

const cwd = process.platform === 'win32' ? 'C:\\at' : '/at'
const input = (...args: readonly string[]) => compareInput(parseFlags(commands.compare as CommandShape, args), cwd)

describe('compare', () => {
  test('reads an axis from each --vary, in their order, and the rest as generate does', () => {
    expect(input('--model', 'mnist', '--vary', 'steps=5,10', '--vary', 'eta=0-1 [3]', '--seed', '7', '--churn', '3')).toEqual({
      of: 'generate',
      settings: { model: 'mnist', seed: 7, settings: { churn: 3 }, count: 1 },
      axes: [
        { name: 'steps', values: [5, 10] },
        { name: 'eta', values: [0, 0.5, 1] },
      ],
    })
  })

  test('takes the names of flags for the names of settings, and the model from its axis', () => {
    expect(input('--vary', 'model=a,b', '--vary', 'step-size=1e-6-1e-4 [3 log]')).toMatchObject({
      settings: { model: 'a' },
      axes: [
        { name: 'model', values: ['a', 'b'] },
        { name: 'stepSize', values: [1e-6, 1e-5, 1e-4] },
      ],
    })
  })

  test('compares the fills of a photograph, or its way to noise', () => {
    const photo = input('a.png', '--model', 'm', '--vary', 'mask=left,own.png')
    expect(photo).toMatchObject({ of: 'inpaint', settings: { batch: 4 }, mask: 'left' })
    expect(photo.photo).toBe(resolve(cwd, 'a.png'))
    expect(photo.axes).toEqual([{ name: 'mask', values: ['left', resolve(cwd, 'own.png')] }])
    expect(input('a.png', '--model', 'm', '--forward', '--vary', 'level=0-1 [2]')).toMatchObject({
      of: 'forward',
      axes: [{ name: 'level', values: [0, 1] }],
    })
  })

  test.each([
    [[], /What is to be varied\?/],
    [['--vary', 'steps'], /"steps" is no axis/],
    [['--vary', 'step=5'], /no axis "step"; did you mean steps\?/],
    [['--vary', 'steps=x'], /--vary steps: "x" is no number/],
    [['--vary', 'steps=5'], /Which model\?/],
    [['--model', 'm', '--forward', '--vary', 'steps=5'], /--forward goes with a photograph/],
    [['a.png', '--model', 'm', '--vary', 'steps=5'], /What is to be painted anew\?/],
  ] as const)('%j is refused in one sentence', (args, sentence) => {
    expect(() => input(...args)).toThrow(sentence)
  })

  test('says in its help what an axis is', () => {
    expect(helpOf('compare')).toContain('--vary AXIS=VALUES')
  })
})
