import { type CommandShape, type Flag, helpFlag } from './flags.ts'
import { type CommandName, commandNames, commands, schemaDefaults } from './table.ts'

/** What `--help` prints, made from the tables alone. */

export function helpOf(command: CommandName): string {
  const shape: CommandShape = commands[command]
  const places = shape.places.map((place) => (place.optional === true ? `[${place.name}]` : place.name)).join(' ')
  const defaults = schemaDefaults(command)
  const rows = [...shape.flags, helpFlag].map((flag) => [`  ${written(flag)}`, flag.help + defaultOf(flag, defaults)] as const)
  return [
    `palimpsest ${[shape.name, places, '[flags]'].filter((part) => part !== '').join(' ')}`,
    '',
    shape.summary,
    '',
    ...columns(rows),
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

const written = (flag: Flag) => `--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`

function defaultOf(flag: Flag, defaults: Readonly<Record<string, unknown>>): string {
  const field = 'field' in flag && typeof flag.field === 'string' ? flag.field : undefined
  const value = field === undefined || flag.value === undefined || field === 'model' ? undefined : defaults[field]
  return typeof value === 'string' || typeof value === 'number' ? ` (default ${value})` : ''
}

/** Two columns, the second aligned. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, right]) => (left.padEnd(width) + right).trimEnd())
}
