import { type CommandShape, type Flag, helpFlag, type Place } from './flags.ts'
import { type CommandName, commandNames, commands, schemaDefaults } from './table.ts'

/** What `--help` prints, made from the tables alone. */

/** As wide as a line of help gets, in characters. */
const lineWidth = 118

export function helpOf(command: CommandName): string {
  const shape: CommandShape = commands[command]
  const places = shape.places.map(placeOf).join(' ')
  const defaults = schemaDefaults(command)
  const flags = [...shape.flags, helpFlag]
  const width = Math.max(...flags.map((flag) => written(flag).length)) + 4
  const rows = (section: string | undefined) =>
    flags
      .filter((flag) => flag.section === section)
      .flatMap((flag) => wrapped(`  ${written(flag)}`.padEnd(width), flag.help + defaultOf(flag, defaults)))
  const sections = [...new Set(flags.flatMap((flag) => flag.section ?? []))]
  return [
    `palimpsest ${[shape.name, places, '[flags]'].filter((part) => part !== '').join(' ')}`,
    '',
    shape.summary,
    '',
    ...rows(undefined),
    ...sections.flatMap((section) => ['', section, ...rows(section)]),
  ].join('\n')
}

export function overview(): string {
  const rows = commandNames.map((name) => [`  ${name}`, commands[name].summary] as const)
  return [
    'palimpsest COMMAND [flags]',
    '',
    ...columns(rows),
    '',
    'palimpsest COMMAND --help says what a command takes; palimpsest --version says the version.',
    'Exit status: 0 done, 2 the request is wrong, 3 the model is, 4 the device or its engine failed, 130 cancelled.',
  ].join('\n')
}

const placeOf = ({ name, optional, several }: Place) => `${optional === true ? `[${name}]` : name}${several === true ? '...' : ''}`

const written = (flag: Flag) => `--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`

function defaultOf(flag: Flag, defaults: Readonly<Record<string, unknown>>): string {
  const field = 'field' in flag && typeof flag.field === 'string' ? flag.field : undefined
  const value = field === undefined || flag.value === undefined || field === 'model' ? undefined : defaults[field]
  return typeof value === 'string' || typeof value === 'number' ? ` (default ${value})` : ''
}

/** `left` and then the text, broken between words and aligned below its beginning. A default at the end stays in one piece. */
export function wrapped(left: string, text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.replace(/\(default (\S+)\)$/, '(default\u00a0$1)').split(' ')) {
    if (line !== '' && left.length + line.length + 1 + word.length > lineWidth) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((part, i) => ((i === 0 ? left : ' '.repeat(left.length)) + part).replace('\u00a0', ' ').trimEnd())
}

/** Two columns, the second aligned. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => (left.padEnd(width) + right).trimEnd())
}
