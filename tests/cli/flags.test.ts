import { describe, expect, test } from 'vitest'
import type { MethodFacts } from '../../src/backend/tables.ts'
import { type CommandShape, parseFlags, strictNumber } from '../../src/cli/flags.ts'
import { helpOf, overview, wrapped } from '../../src/cli/help.ts'
import { main } from '../../src/cli/main.ts'
import { editDistance, nearest } from '../../src/cli/nearest.ts'
import { generateInput, inpaintInput, maskOf, outOf, ownSettings } from '../../src/cli/request.ts'
import { kebab, rangeOf, settingFlags } from '../../src/cli/settings.ts'
import { blendFlags, commandNames, commands, dynamicFlags, finishFlags, generateFlags, inpaintFlags } from '../../src/cli/table.ts'
import { inpainters, samplers } from '../../src/core/index.ts'
import { PalimpsestError } from '../../src/shared/errors.ts'
import { blendSettings, dynamicDefaults, finishSettings, generateRequest, inpaintSettings } from '../../src/shared/request.ts'

/** A method that declares one setting of each kind. */
const declaring: MethodFacts = {
  name: 'odd',
  label: 'Odd',
  paper: 'None 2026',
  help: 'A test.',
  controls: [],
  threshold: 'clip',
  adaptive: false,
  settings: [
    { name: 'stepSize', label: 'Step', help: 'Length.', kind: 'number', min: 0.5, max: 2, default: 1 },
    { name: 'jump2', label: 'Jump', help: 'Jumps.', kind: 'number', min: 1, max: 9, integer: true, default: 3 },
    {
      name: 'form',
      label: 'Form',
      help: 'Which.',
      kind: 'choice',
      choices: ['left', 'right', 'both'].map((value) => ({ value, label: value })),
      default: 'left',
    },
    { name: 'finalDenoise', label: 'Final', help: 'Last.', kind: 'switch', default: true },
  ],
}

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
    const fields = (flags: readonly { field: string }[]) => flags.map((flag) => flag.field)
    const keys = (schema: { shape: object }) => Object.keys(schema.shape).toSorted()
    // The command line records a trace in a file of the user's, whatever the run: --trace is no setting of the request there.
    expect([...fields(generateFlags), 'dynamic', 'settings', 'trace', 'from'].toSorted()).toEqual(keys(generateRequest))
    expect([...fields(inpaintFlags), 'dynamic', 'settings', 'blend', 'finish', 'trace'].toSorted()).toEqual(keys(inpaintSettings))
    expect(fields(blendFlags).toSorted()).toEqual(keys(blendSettings))
    expect(fields(finishFlags).toSorted()).toEqual(keys(finishSettings))
    expect(fields(dynamicFlags).toSorted()).toEqual(Object.keys(dynamicDefaults).toSorted())
  })

  test('hands on numbers exactly where the schema wants numbers', () => {
    const given = {
      ...generateRequest.parse({ model: '-', nfe: 1, place: 0 }),
      ...inpaintSettings.parse({ model: '-', nfe: 1 }),
      ...blendSettings.parse({}),
      ...finishSettings.parse({}),
      ...dynamicDefaults,
    }
    for (const { name, field, numeric } of [...generateFlags, ...inpaintFlags, ...blendFlags, ...finishFlags, ...dynamicFlags]) {
      expect([name, numeric === true]).toEqual([name, typeof (given as Record<string, unknown>)[field] === 'number'])
    }
  })

  test('names every sampler and every method there is', () => {
    const help = (name: string) => [...generateFlags, ...inpaintFlags].find((flag) => flag.name === name)?.help
    expect(help('sampler')).toBe(`The way down: ${Object.keys(samplers).join(', ')}.`)
    expect(help('method')).toBe(`How the known part is kept: ${Object.keys(inpainters).join(', ')}.`)
  })

  test.each([
    ['generate', samplers],
    ['inpaint', inpainters],
  ] as const)('%s has a flag for every setting that a method declares, and no flag twice', (command, table) => {
    const names = commands[command].flags.map((flag) => flag.name)
    expect(names).toEqual([...new Set(names)])
    for (const entry of Object.values(table)) {
      for (const setting of entry.settings ?? []) {
        const flag = commands[command].flags.find((one) => 'setting' in one && one.setting === setting.name)
        expect(flag?.name, setting.name).toBe(kebab(setting.name))
        expect(flag?.help).toContain(entry.name)
        expect(flag?.help).toContain(rangeOf(setting))
      }
    }
  })

  test('puts what methods declare under settings: numbers, words, and yes or no', () => {
    const flags = settingFlags([declaring], 'Own')
    const shape = { name: 'x', summary: '', places: [], flags }
    expect(flags.map(({ name, value, help }) => [name, value, help])).toEqual([
      ['step-size', 'X', 'Length. odd: 0.5 to 2, default 1.'],
      ['jump2', 'N', 'Jumps. odd: 1 to 9, default 3.'],
      ['form', 'NAME', 'Which. odd: left, right or both, default left.'],
      ['final-denoise', 'true|false', 'Last. odd: default true.'],
    ])
    const given = (line: string) => ownSettings(parseFlags(shape, line.split(' ')), flags)
    expect(given('--step-size 1.5 --jump2 2')).toEqual({ stepSize: 1.5, jump2: 2 })
    expect(given('--form right --final-denoise false')).toEqual({ form: 'right', finalDenoise: false })
    expect(given('--final-denoise true --step-size big')).toEqual({ finalDenoise: true, stepSize: 'big' })
    expect(given('--final-denoise no')).toEqual({ finalDenoise: 'no' })
    expect(refusal(() => given('--final-denoise'))).toBe('--final-denoise needs a value: --final-denoise true|false.')
  })

  test('says of each method that shares a setting what it takes, together where they agree', () => {
    const [length] = declaring.settings
    const other = { ...declaring, name: 'other', settings: length?.kind === 'number' ? [{ ...length, default: 2 }] : [] }
    const same = { ...declaring, name: 'same' }
    const [flag] = settingFlags([declaring, other, same], 'Own')
    expect(flag?.help).toBe('Length. odd, same: 0.5 to 2, default 1; other: 0.5 to 2, default 2.')
  })

  test('puts the numbers of dynamic thresholding together', () => {
    expect(generateInput(parse('--model m --threshold dynamic --dynamic-ratio 0.9'))).toEqual({
      model: 'm',
      threshold: 'dynamic',
      dynamic: { ratio: 0.9 },
    })
  })

  test.each([
    ['generate', '--model m --nfe 20 --steps 5', '--nfe chooses the steps: give --nfe or --steps, not both.'],
    [
      'inpaint',
      'p.png --model m --nfe 20 --jump-length 5',
      '--nfe chooses the jump length: give --nfe or --jump-length, not both.',
    ],
    ['inpaint', 'p.png --model m --nfe 20 --resamples 5', '--nfe chooses the resamples: give --nfe or --resamples, not both.'],
  ] as const)('%s %s is refused', (command, line, sentence) => {
    const input = command === 'generate' ? generateInput : inpaintInput
    expect(refusal(() => input(parse(line, command)))).toBe(sentence)
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
    ['p.png --mask-preset thin-strokes', { preset: 'thin-strokes' }],
    ['p.png --mask-preset thick-strokes --mask-seed 7', { preset: 'thick-strokes', seed: 7 }],
  ])('%s masks %j', (line, mask) => {
    expect(maskOf(parse(line, 'inpaint'), '/home')).toEqual(mask)
  })

  test.each([
    ['p.png', /^What is to be painted anew\?/],
    ['p.png --mask m.png --mask-preset left', /not both\.$/],
    ['p.png --mask-preset left --mask-keep', /goes with --mask FILE\.$/],
    ['p.png --mask-preset left --mask-seed 7', /^--mask-seed goes with --mask-preset thin-strokes or thick-strokes\.$/],
    ['p.png --mask m.png --mask-seed 7', /^--mask-seed goes with/],
    ['p.png --mask-preset thin-strokes --mask-seed 1.5', /^Expected an integer from 0 to \d+ for mask-seed but received 1\.5\.$/],
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

describe('the lists of samplers and methods', () => {
  const told = async (line: string) => {
    const [command = '', ...rest] = line.split(' ')
    const out: string[] = []
    const err: string[] = []
    const context = { out: (text: string) => out.push(text), stderr: { write: (text: string) => err.push(text) } }
    const status = await main([command, ...rest], context as never)
    return { status, out: out.join('\n'), err: err.join('') }
  }

  test.each([
    ['samplers', samplers],
    ['methods', inpainters],
  ] as const)('%s names each with its paper and its own settings', async (command, table) => {
    const { status, out } = await told(command)
    expect(status).toBe(0)
    for (const entry of Object.values(table)) {
      expect(out).toContain(`${entry.name}  (${entry.label}`)
      expect(out).toContain(entry.paper)
      const { out: one } = await told(`${command} ${entry.name}`)
      for (const setting of entry.settings ?? []) expect(one).toContain(`--${kebab(setting.name)} `)
      for (const control of entry.controls) expect(one).toContain(`--${kebab(control)}`)
      expect(JSON.parse((await told(`${command} ${entry.name} --json`)).out)).toMatchObject({
        name: entry.name,
        label: entry.label,
        paper: entry.paper,
        settings: entry.settings ?? [],
      })
    }
    expect(JSON.parse((await told(`${command} --json`)).out)).toHaveLength(Object.keys(table).length)
  })

  test('refuses a name that is not there', async () => {
    expect(await told('samplers ddin')).toEqual({ status: 2, out: '', err: 'There is no sampler "ddin"; did you mean ddim?\n' })
    expect((await told('methods zzzzzz')).err).toMatch(/^There is no method "zzzzzz"; there are repaint, /)
  })

  test('help breaks its lines between words, and loses none', () => {
    const text = Array.from({ length: 60 }, (_, i) => `word${String(i)}`).join(' ')
    const lines = wrapped('  --flag X  ', text)
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(118)
    expect(lines.map((line) => line.slice(12)).join(' ')).toBe(text)
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
