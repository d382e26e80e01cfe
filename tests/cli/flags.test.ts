import { describe, expect, test } from 'vitest'
import { type CommandShape, parseFlags, strictNumber } from '../../src/cli/flags.ts'
import { helpOf, overview } from '../../src/cli/help.ts'
import { editDistance, nearest } from '../../src/cli/nearest.ts'
import { generateInput, inpaintInput, maskOf, outOf } from '../../src/cli/request.ts'
import { blendFlags, commandNames, commands, generateFlags, inpaintFlags } from '../../src/cli/table.ts'
import { inpainters, samplers } from '../../src/core/index.ts'
import { PalimpsestError } from '../../src/shared/errors.ts'
import { blendSettings, generateRequest, inpaintSettings } from '../../src/shared/request.ts'

const parse = (line: string, command: keyof typeof commands = 'generate') =>
  parseFlags(
    commands[command] as CommandShape,
    line.split(' ').filter((word) => word !== ''),
  )

function refusal(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(PalimpsestError)
    expect((error as PalimpsestError).code).toBe('request')
    return (error as PalimpsestError).message
  }
  return 'nothing was refused'
}

describe('a command line', () => {
  test.each([
    ['--model mnist --steps 20', { model: 'mnist', steps: 20 }],
    ['--model=mnist --eta=-1', { model: 'mnist', eta: -1 }],
    ['--model mnist --eta -1', { model: 'mnist', eta: -1 }],
    ['--model mnist --steps 1.5', { model: 'mnist', steps: 1.5 }],
    ['--model mnist --steps NaN', { model: 'mnist', steps: 'NaN' }],
    ['--model mnist --steps=', { model: 'mnist', steps: '' }],
    ['--model 7', { model: '7' }],
    ['--model a=b', { model: 'a=b' }],
  ])('%s says %j', (line, request) => {
    expect(generateInput(parse(line))).toEqual(request)
  })

  test.each([
    ['--model mnist --stepz 20', 'There is no --stepz for generate; did you mean --steps?'],
    ['--model mnist --method repaint', 'There is no --method for generate; palimpsest generate --help names what there is.'],
    ['-s 20', 'There is no -s for generate; palimpsest generate --help names what there is.'],
    ['--steps', '--steps needs a value: --steps N.'],
    ['--steps --eta 1', '--steps needs a value: --steps N.'],
    ['--steps 1 --steps 2', '--steps was given twice.'],
    ['--json=yes', '--json takes no value.'],
    ['picture.png', 'palimpsest generate does not know what to do with "picture.png".'],
  ])('%s is refused: %s', (line, sentence) => {
    expect(refusal(() => parse(line))).toBe(sentence)
  })

  test('takes what follows -- for places, dashes or not', () => {
    expect(parse('--mask m.png -- --odd.png', 'inpaint').places).toEqual(['--odd.png'])
  })

  test('needs its places, but not to say what it takes', () => {
    expect(refusal(() => parse('--mask m.png', 'inpaint'))).toBe('palimpsest inpaint needs PHOTO.')
    expect(parse('--help', 'inpaint').given.has('help')).toBe(true)
    expect(parse('-h', 'inpaint').given.has('help')).toBe(true)
  })

  test.each(['', ' ', '0x10', '1e', '1_000', 'Infinity', 'NaN', '5 ', '.5', '1.', '+1', '--1', '١'])(
    '%j stays what the user wrote',
    (text) => {
      expect(strictNumber(text)).toBe(text)
    },
  )

  test.each([
    ['0', 0],
    ['-1', -1],
    ['007', 7],
    ['1.50', 1.5],
    ['1e3', 1000],
    ['2E-2', 0.02],
  ] as const)('%s is the number %d', (text, value) => {
    expect(strictNumber(text)).toBe(value)
  })
})

describe('the request of a command line', () => {
  test('has a flag for every setting of the schema, and none beside', () => {
    const fields = (flags: readonly { field: string }[]) => flags.map((flag) => flag.field).toSorted()
    expect(fields(generateFlags)).toEqual(Object.keys(generateRequest.shape).toSorted())
    expect([...fields(inpaintFlags), 'blend'].toSorted()).toEqual(Object.keys(inpaintSettings.shape).toSorted())
    expect(fields(blendFlags)).toEqual(Object.keys(blendSettings.shape).toSorted())
  })

  test('hands on numbers exactly where the schema wants numbers', () => {
    const given = { ...generateRequest.parse({ model: '-' }), ...inpaintSettings.parse({ model: '-' }), ...blendSettings.parse({}) }
    for (const { name, field, numeric } of [...generateFlags, ...inpaintFlags, ...blendFlags]) {
      expect([name, numeric === true]).toEqual([name, typeof (given as Record<string, unknown>)[field] === 'number'])
    }
  })

  test('names every sampler and every method there is', () => {
    const help = (name: string) => [...generateFlags, ...inpaintFlags].find((flag) => flag.name === name)?.help
    expect(help('sampler')).toBe(`The way down: ${Object.keys(samplers).join(', ')}.`)
    expect(help('method')).toBe(`How the known part is kept: ${Object.keys(inpainters).join(', ')}.`)
  })

  test('leaves every default to the schema', () => {
    expect(generateInput(parse('--model m --out x --json'))).toEqual({ model: 'm' })
    expect(inpaintInput(parse('p.png --model m --mask-preset centre', 'inpaint'))).toEqual({ model: 'm' })
  })

  test('puts the lengths of the edge under blend, and switches as true', () => {
    const input = inpaintInput(parse('p.png --model m --mask-preset left --feather 9 --jump-length 5 --as-grey', 'inpaint'))
    expect(input).toEqual({ model: 'm', jumpLength: 5, asGrey: true, blend: { feather: 9 } })
    expect(inpaintSettings.parse(input).blend).toEqual({ padding: 32, grow: 0, feather: 9, side: 'outward' })
  })

  test('wants a model and a folder', () => {
    expect(refusal(() => generateInput(parse('--steps 3')))).toMatch(/^Which model\?/)
    expect(refusal(() => outOf(parse('--model m'), '/home'))).toMatch(/^Where should the pictures go\?/)
    expect(outOf(parse('--out here'), '/home')).toBe('/home/here')
  })

  test.each([
    ['p.png --mask m.png', { file: '/home/m.png', keep: false }],
    ['p.png --mask m.png --mask-keep', { file: '/home/m.png', keep: true }],
    ['p.png --mask-preset every-other-line', { preset: 'every-other-line' }],
  ])('%s masks %j', (line, mask) => {
    expect(maskOf(parse(line, 'inpaint'), '/home')).toEqual(mask)
  })

  test.each([
    ['p.png', /^What is to be painted anew\?/],
    ['p.png --mask m.png --mask-preset left', /not both\.$/],
    ['p.png --mask-preset left --mask-keep', /goes with --mask FILE\.$/],
    ['p.png --mask-preset center', /did you mean centre\?$/],
    ['p.png --mask-preset quadrant-of-moon', /there are centre, left/],
  ])('%s has no mask: %s', (line, sentence) => {
    expect(refusal(() => maskOf(parse(line, 'inpaint'), '/home'))).toMatch(sentence)
  })
})

describe('help', () => {
  test.each(commandNames)('of %s names every flag once, with the default of the schema', (name) => {
    const help = helpOf(name)
    for (const flag of commands[name].flags)
      expect(
        help.split('\n').filter((line) => line.startsWith(`  --${flag.name} `)),
        flag.name,
      ).toHaveLength(1)
    if (name === 'generate') expect(help).toMatch(/--steps N .*\(default 50\)/)
    if (name === 'inpaint') expect(help).toMatch(/--padding PX .*\(default 32\)/)
    expect(overview()).toContain(commands[name].summary)
  })
})

describe('the nearest name', () => {
  test.each([
    ['stepz', 'steps'],
    ['cout', 'count'],
    ['spac', 'spacing'],
    ['zzz', undefined],
    ['', undefined],
  ])('to %j is %j', (typed, name) => {
    expect(nearest(typed, ['steps', 'count', 'spacing', 'out'])).toBe(name)
  })

  test('counts insertions, deletions and exchanges', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
    expect(editDistance('same', 'same')).toBe(0)
  })
})
