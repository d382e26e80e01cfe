import { PalimpsestError } from '../shared/errors.ts'
import { nearest } from './nearest.ts'

/** Command lines by table. A flag is `--name value` or `--name=value`; a switch stands alone; `--` ends the flags. */
export interface Flag {
  readonly name: string
  /** What stands for the value in the help; absent: a switch. */
  readonly value?: string
  /** A number is handed on as a number; anything else a user wrote there goes to the schema as it stands, whose sentence then quotes it. */
  readonly numeric?: boolean
  /** May be given several times. */
  readonly many?: boolean
  readonly help: string
  /** Heading it stands under in the help; none: first. */
  readonly section?: string
}

export interface Place {
  readonly name: string
  /** The last one: as many as are given. */
  readonly several?: boolean
  readonly optional?: boolean
}

export interface CommandShape {
  readonly name: string
  readonly summary: string
  readonly places: readonly Place[]
  readonly flags: readonly Flag[]
}

export interface Parsed {
  readonly places: readonly string[]
  /** Only what was given: a switch is true. */
  readonly given: ReadonlyMap<string, string | number | true>
  /** Of flags that may be given several times, in their order; `given` has the last. */
  readonly many: ReadonlyMap<string, readonly string[]>
}

export const helpFlag: Flag = { name: 'help', help: 'Say what this command takes.' }

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

/** Throws code `request` in one sentence on an unknown or repeated flag, a missing or needless value, and on too many or too few places. */
export function parseFlags(shape: CommandShape, args: readonly string[]): Parsed {
  const flags = new Map([...shape.flags, helpFlag].map((flag) => [flag.name, flag]))
  const given = new Map<string, string | number | true>()
  const many = new Map<string, string[]>()
  const places: string[] = []
  let onlyPlaces = false
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--' && !onlyPlaces) onlyPlaces = true
    else if (onlyPlaces || !arg.startsWith('-') || arg === '-') places.push(arg)
    else {
      const { name, inline } = split(arg)
      const flag = flags.get(name)
      if (flag === undefined) throw refuse(unknownFlag(shape, arg.split('=')[0] ?? arg, [...flags.keys()]))
      if (given.has(name) && flag.many !== true) throw refuse(`--${name} was given twice.`)
      if (flag.value === undefined) {
        if (inline !== undefined) throw refuse(`--${name} takes no value.`)
        given.set(name, true)
      } else {
        const value = inline ?? args[++i]
        // A value may begin with one dash (--eta -1 is for the schema to refuse), never with two: that is the next flag.
        if (value === undefined || (inline === undefined && value.startsWith('--')))
          throw refuse(`--${name} needs a value: --${name} ${flag.value}.`)
        if (flag.many === true) many.set(name, [...(many.get(name) ?? []), value])
        given.set(name, flag.numeric === true ? strictNumber(value) : value)
      }
    }
  }
  if (!given.has('help')) checkPlaces(shape, places)
  return { places, given, many }
}

/** A plain decimal number, or the text itself: '', 'NaN', '0x10', '1e3x' and ' 5' stay what the user wrote. */
export function strictNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text
}

function split(arg: string): { name: string; inline?: string } {
  if (arg === '-h') return { name: 'help' }
  if (!arg.startsWith('--')) return { name: arg }
  const at = arg.indexOf('=')
  return at < 0 ? { name: arg.slice(2) } : { name: arg.slice(2, at), inline: arg.slice(at + 1) }
}

function unknownFlag(shape: CommandShape, typed: string, names: readonly string[]): string {
  const near = nearest(typed.replace(/^-+/, ''), names)
  return near === undefined
    ? `There is no ${typed} for ${shape.name}; palimpsest ${shape.name} --help names what there is.`
    : `There is no ${typed} for ${shape.name}; did you mean --${near}?`
}

function checkPlaces(shape: CommandShape, places: readonly string[]) {
  const missing = shape.places.slice(places.length).find((place) => place.optional !== true)
  if (missing !== undefined) throw refuse(`palimpsest ${shape.name} needs ${missing.name}.`)
  const extra = shape.places.at(-1)?.several === true ? undefined : places[shape.places.length]
  if (extra !== undefined) throw refuse(`palimpsest ${shape.name} does not know what to do with "${extra}".`)
}
