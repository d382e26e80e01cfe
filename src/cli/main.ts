import { errorCodes, PalimpsestError, toErrorData } from '../shared/errors.ts'
import { type Context, versionOf } from './context.ts'
import { type Parsed, parseFlags } from './flags.ts'
import { interpolate, invert, likelihood } from './flow.ts'
import { helpOf, overview } from './help.ts'
import { methods, samplers } from './methods.ts'
import { library } from './library.ts'
import { models } from './models.ts'
import { nearest } from './nearest.ts'
import { generate, inpaint, resume } from './run.ts'
import { type CommandName, commandNames, commands } from './table.ts'

type Action = (parsed: Parsed, context: Context) => Promise<void> | void

// serve and bench are loaded when asked for: fastify alone is nearly half of what any other command needs to start.
const actions: Readonly<Record<CommandName, Action>> = {
  generate,
  inpaint,
  compare: async (parsed, context) => (await import('./compare.ts')).compare(parsed, context),
  resume,
  interpolate,
  invert,
  likelihood,
  models,
  library,
  samplers,
  methods,
  prove: async (parsed, context) => (await import('./prove.ts')).prove(parsed, context),
  serve: async (parsed, context) => (await import('./serve.ts')).serve(parsed, context),
  bench: async (parsed, context) => (await import('./bench.ts')).bench(parsed, context),
}

/** Runs one command line. Resolves with the exit status; the reason of a failure is one sentence on stderr. */
export async function main(args: readonly string[], context: Context): Promise<number> {
  try {
    await dispatch(args, context)
    return 0
  } catch (error) {
    const { code, message, detail } = toErrorData(error)
    context.stderr.write(`${message}\n`)
    if (detail !== undefined && process.env['PALIMPSEST_DEBUG'] !== undefined) context.stderr.write(`${detail}\n`)
    return errorCodes[code]
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<void> {
  const [name, ...rest] = args
  if (name === undefined)
    throw new PalimpsestError('request', `What shall it do? There are ${commandNames.join(', ')}; palimpsest --help says more.`)
  if (name === '--help' || name === '-h' || name === 'help') return context.out(overview())
  if (name === '--version') return context.out(await versionOf(context.folders))
  if (!isCommand(name)) throw new PalimpsestError('request', unknownCommand(name))
  const parsed = parseFlags(commands[name], rest)
  if (parsed.given.has('help')) return context.out(helpOf(name))
  return actions[name](parsed, context)
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name)

function unknownCommand(name: string): string {
  const near = nearest(name, commandNames)
  return `There is no command "${name}"; ${near === undefined ? `there are ${commandNames.join(', ')}.` : `did you mean ${near}?`}`
}
