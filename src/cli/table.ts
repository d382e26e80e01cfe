import { inpainterFacts, maskPresets, type MethodFacts, samplerFacts } from '../backend/tables.ts'
import { blendSettings, dynamicDefaults, finishSettings, generateRequest, inpaintSettings } from '../shared/request.ts'
import type { CommandShape, Flag } from './flags.ts'
import { methodSettingFlags, samplerSettingFlags } from './settings.ts'

/** Every command with its places and flags: what the parser accepts, the help prints and the tests walk. */

/** A flag that fills one field of the request schema; the default it shows is the schema's own. */
export interface FieldFlag extends Flag {
  readonly field: string
}

const number = (name: string, value: string, help: string): FieldFlag => ({ name, value, help, field: camel(name), numeric: true })
const text = (name: string, value: string, help: string): FieldFlag => ({ name, value, help, field: camel(name) })
const toggle = (name: string, help: string): FieldFlag => ({ name, help, field: camel(name) })

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

const namesOf = (methods: readonly MethodFacts[]) => methods.map(({ name }) => name).join(', ')
/** "For ddpm, replace." of the methods that have the control. */
const having = (methods: readonly MethodFacts[], control: MethodFacts['controls'][number]) =>
  `For ${namesOf(methods.filter(({ controls }) => controls.includes(control)))}.`

const model = text('model', 'ID', 'The model; palimpsest models list names them.')
const sampling = (methods: readonly MethodFacts[]) => [
  number('steps', 'N', 'Steps from noise to picture, 1 to 1000.'),
  number('nfe', 'N', 'Instead of steps: at most this many model calls a picture; what costs them is chosen to fit.'),
  number('eta', 'X', `Fresh noise of a step: 0 none, 1 all of it. ${having(methods, 'eta')}`),
  text(
    'variance',
    'NAME',
    `Noise of a step: small (or small-log, the same), large, or learned where the model says it. ${having(methods, 'variance')}`,
  ),
  text(
    'spacing',
    'NAME',
    'Which levels: leading, trailing, linspace, solver, respaced, quadratic, karras, exponential, ddimN, or counts like 250 or 10,15,20.',
  ),
  text('threshold', 'NAME', "The clean estimate: auto as suits the method, clip to the model's range, none, or dynamic."),
]
const running = [
  number('seed', 'S', 'The same seed and settings make the same picture; image k has seed S + k.'),
  text('device', 'NAME', 'auto, cpu, webgpu, cuda, dml or coreml.'),
] as const

export const generateFlags: readonly FieldFlag[] = [
  model,
  text('sampler', 'NAME', `The way down: ${namesOf(samplerFacts)}.`),
  ...sampling(samplerFacts),
  ...running,
  number('count', 'K', 'How many pictures.'),
  number('batch', 'B', 'How many pictures share a model call.'),
  number('place', 'K', 'Of one picture, made again: its place in the run it was of, as its recipe says.'),
]

export const inpaintFlags: readonly FieldFlag[] = [
  model,
  text('method', 'NAME', `How the known part is kept: ${namesOf(inpainterFacts)}.`),
  ...sampling(inpainterFacts),
  number('jump-length', 'J', `How many levels a jump back spans. ${having(inpainterFacts, 'jumpLength')}`),
  number('resamples', 'R', `How often each stretch is walked. ${having(inpainterFacts, 'resamples')}`),
  ...running,
  number('variations', 'K', 'How many fills of the one mask.'),
  number('batch', 'B', 'How many fills share a model call.'),
  number('place', 'K', 'Of one fill, made again: its place in the run it was of, as its recipe says.'),
  text(
    'start',
    'NAME',
    'What the fill begins at: noise; original, what is under the mask; or quick, what is round it spread over it.',
  ),
  number(
    'strength',
    'X',
    'With --start original or quick: share of the way from noise that is walked, 0 to 1 (there 0.6 unless it is said).',
  ),
  text(
    'refine',
    'NAME',
    'Fill a thick hole small first, then enlarge that fill by two and fill again: off, 2x (once) or full. For models of any size.',
  ),
  number('refine-strength', 'X', 'With --refine: share of the way from noise that each refinement walks, 0 to 1.'),
  toggle('as-grey', 'Let a one-channel model work on a colour photograph; what is saved is grey.'),
  toggle('invert', 'Dark on light for a model that learned light on dark.'),
]

/** The two numbers of --threshold dynamic. */
export const dynamicFlags: readonly FieldFlag[] = [
  {
    ...number('dynamic-ratio', 'X', 'With --threshold dynamic: share of the values that stay inside the edge, 0.5 to 1.'),
    field: 'ratio',
  },
  {
    ...number('dynamic-max', 'X', 'With --threshold dynamic: how far out the edge may lie, 1 to 100 times the range.'),
    field: 'max',
  },
]

/** Lengths in pixels of the photograph. */
export const blendFlags: readonly FieldFlag[] = (
  [
    number('padding', 'PX', 'Context round the hole, beyond the blend.'),
    number('grow', 'PX', 'Make the mask larger by this much.'),
    number('feather', 'PX', 'Width of the soft edge.'),
    text('side', 'NAME', 'Where the soft edge lies: outward or inside.'),
  ] as const
).map((flag) => ({ ...flag, section: 'Edge of the fill' }))

/** What is done to the fill before it is blended. */
export const finishFlags: readonly FieldFlag[] = (
  [
    number('grain', 'X', 'Grain like that of the photograph round the hole: 0 none, 1 as it is there, at most 2.'),
    text('seam', 'NAME', 'plain; colour: shift the fill to meet the photograph; membrane: let that shift vary along the edge.'),
  ] as const
).map((flag) => ({ ...flag, section: 'Edge of the fill' }))

const quiet: Flag = { name: 'quiet', help: 'No progress on stderr.' }
const json = (what: string): Flag => ({ name: 'json', help: `Print ${what} as JSON on stdout.` })
const output: readonly Flag[] = [
  { name: 'out', value: 'DIR', help: 'Folder of the pictures and run.json; made if absent.' },
  { name: 'tensors', help: "Also write each final tensor as float32 .npy (CHW, the model's range)." },
  {
    name: 'trace',
    value: 'FILE',
    help: 'Record every step in this JSON file: level, score norm, step size, calls, time, preview.',
  },
  { name: 'trace-states', help: 'With --trace: keep the state of every step too, for palimpsest resume.' },
  json('the run report'),
  quiet,
].map((flag) => ({ ...flag, section: 'Output' }))

const saves: readonly Flag[] = [
  { name: 'layer', help: 'Also write each fill alone, on clear ground: 0000.layer.png.' },
  { name: 'save-as', value: 'NAME', help: 'Also write each picture as tiff, webp or jpeg. A JPEG encodes every pixel anew.' },
  {
    name: 'quality',
    value: 'N',
    numeric: true,
    help: 'Of the JPEG, 1 to 100 (default 92); with webp, which is lossless without it.',
  },
  { name: 'exif', help: 'With --save-as: camera data of the photograph, without the place.' },
  { name: 'gps', help: 'With --exif: the place too.' },
].map((flag) => ({ ...flag, section: 'Output' }))

const masks: readonly Flag[] = [
  { name: 'mask', value: 'FILE', help: "A picture of the photograph's size: white or opaque is painted anew." },
  { name: 'mask-preset', value: 'NAME', help: `Instead of a file: ${maskPresets.join(', ')}.` },
  {
    name: 'mask-seed',
    value: 'S',
    numeric: true,
    help: 'Which of the random strokes of thin-strokes and thick-strokes (default 0).',
  },
  { name: 'mask-keep', help: 'The mask file says what to keep.' },
  {
    name: 'other-sizes',
    value: 'NAME',
    help: 'A photograph of another size than the mask file: skip it (default), or scale the mask to it.',
  },
]

const beginning: readonly Flag[] = [
  {
    name: 'from',
    value: 'FILE',
    help: 'Begin at the noise in this .npy file, which palimpsest invert writes, instead of drawing one.',
  },
  { name: 'noise-of', value: 'PICTURE', help: 'Begin at the noise of this picture, as the recipe inside it says.' },
]
/** How a picture is brought to the model, and how the flow is walked. */
const flow: readonly Flag[] = [
  model,
  { name: 'steps', value: 'N', numeric: true, help: 'Levels from picture to noise, 1 to 1000.' },
  { name: 'spacing', value: 'NAME', help: 'Which levels; for generate to come back the same way, the same as there.' },
  { name: 'device', value: 'NAME', help: 'auto, cpu, webgpu, cuda, dml or coreml.' },
  { name: 'as-grey', help: 'Take a colour picture in grey, for a one-channel model.' },
]

/** Of flags that two kinds of run share, the first. */
function unique<F extends Flag>(flags: readonly F[]): readonly F[] {
  return flags.filter(({ name }, i) => flags.findIndex((one) => one.name === name) === i)
}

export const commands = {
  generate: {
    name: 'generate',
    summary: 'Make pictures from noise.',
    places: [],
    flags: [...generateFlags, ...beginning, ...dynamicFlags, ...output, ...samplerSettingFlags],
  },
  inpaint: {
    name: 'inpaint',
    summary: 'Paint the masked part of a photograph anew.',
    places: [{ name: 'PHOTO', several: true }],
    flags: [...masks, ...inpaintFlags, ...dynamicFlags, ...blendFlags, ...finishFlags, ...output, ...saves, ...methodSettingFlags],
  },
  compare: {
    name: 'compare',
    summary:
      'The same noise under different settings, side by side: every combination of what is varied. With a photograph its fills.',
    places: [{ name: 'PHOTO', optional: true }],
    flags: [
      {
        name: 'vary',
        value: 'AXIS=VALUES',
        many: true,
        help: 'What is varied, once for each axis: steps=5,10,20,50, eta=0-1 [5], step-size=1e-6-1e-4 [3 log], sampler=ddpm,ddim, mask=left,right.',
      },
      { name: 'forward', help: 'With a photograph: not its fills but its way to noise; vary level=0-1 [9].' },
      ...unique([...masks.slice(0, 2), ...generateFlags, ...inpaintFlags]),
      { name: 'yes', help: 'Run a comparison of more than 500 cells.' },
      ...unique([...dynamicFlags, ...blendFlags, ...finishFlags]),
      { name: 'out', value: 'DIR', help: 'Folder of the pictures, sheet.png and compare.json; made if absent.', section: 'Output' },
      json('compare.json'),
      quiet,
      ...unique([...samplerSettingFlags, ...methodSettingFlags]),
    ],
  },
  resume: {
    name: 'resume',
    summary: 'Continue a run from a step that --trace-states recorded, to the identical end.',
    places: [{ name: 'TRACE' }],
    flags: [
      { name: 'step', value: 'K', numeric: true, help: 'From the state after K steps.' },
      { name: 'photo', value: 'FILE', help: 'Of a fill: the photograph, which a trace does not hold.' },
      ...output,
    ],
  },
  interpolate: {
    name: 'interpolate',
    summary: 'Pictures on the way from one noise to another, and a strip of them. A and B: a seed, a .npy file or a picture.',
    places: [{ name: 'A' }, { name: 'B' }],
    flags: [...generateFlags, ...dynamicFlags, ...output, ...samplerSettingFlags],
  },
  invert: {
    name: 'invert',
    summary: 'Find the noise a picture would have come from; generate --from comes back.',
    places: [{ name: 'PICTURE' }],
    flags: [
      ...flow,
      {
        name: 'order',
        value: 'NAME',
        help: "first, the inverse of DDIM (default), or second, by Heun's rule: nearer, twice the calls.",
      },
      { name: 'back', help: 'Come back by DDIM at once, and say how near it is.' },
      { name: 'out', value: 'DIR', help: 'Folder of noise.npy, noise.json and noise.png; made if absent.' },
      json('noise.json'),
      quiet,
    ],
  },
  likelihood: {
    name: 'likelihood',
    summary: 'Estimate how likely a picture is under a model, in bits a dimension, with the standard error.',
    places: [{ name: 'PICTURE' }],
    flags: [
      ...flow,
      { name: 'probes', value: 'N', numeric: true, help: 'Random directions the divergence is probed in (default 16).' },
      { name: 'seed', value: 'S', numeric: true, help: 'Of the probes, and of the noise within a step of 8 bits (default 0).' },
      json('the estimate'),
      quiet,
    ],
  },
  models: {
    name: 'models',
    summary: 'models list | models show ID | models verify [ID]: the installed models, one card, and whether the files are sound.',
    places: [{ name: 'list, show or verify' }, { name: 'ID', optional: true }],
    flags: [json('the answer')],
  },
  library: {
    name: 'library',
    summary: 'library list | library rebuild: the pictures that the studio keeps, and its index made anew from their files.',
    places: [{ name: 'list or rebuild' }],
    flags: [
      { name: 'text', value: 'WORDS', help: 'Of list: those whose name, tags or recipe have words that begin so.' },
      json('the answer'),
    ],
  },
  samplers: {
    name: 'samplers',
    summary: 'samplers [NAME]: every way from noise to a picture, where it was published, and its own settings.',
    places: [{ name: 'NAME', optional: true }],
    flags: [json('them')],
  },
  methods: {
    name: 'methods',
    summary: 'methods [NAME]: every way to fill a mask, where it was published, and its own settings.',
    places: [{ name: 'NAME', optional: true }],
    flags: [json('them')],
  },
  prove: {
    name: 'prove',
    summary: 'Hold every sampler and method against the closed form of Gaussian data: model calls and error, no model needed.',
    places: [],
    flags: [{ name: 'quick', help: 'Fewer rows and cells: some seconds instead of minutes.' }, json('the proof'), quiet],
  },
  serve: {
    name: 'serve',
    summary: 'Offer the same screens to a browser, on this machine unless --host says otherwise.',
    places: [],
    flags: [
      { name: 'host', value: 'ADDRESS', help: 'Address to listen on (default 127.0.0.1).' },
      { name: 'port', value: 'N', numeric: true, help: 'Port to listen on; 0 takes a free one (default 4870).' },
      json('the address and its key'),
      quiet,
    ],
  },
  bench: {
    name: 'bench',
    summary: 'Measure this machine: time a step, overhead, cold start, memory, GPU against CPU, and whether pictures repeat.',
    places: [],
    flags: [
      { name: 'model', value: 'ID', help: 'The model to measure (default: the first installed one that makes pictures).' },
      { name: 'batch', value: 'B', numeric: true, help: 'Pictures a model call (default: 1, then 16).' },
      { name: 'steps', value: 'N', numeric: true, help: 'Steps a round (default 100).' },
      {
        name: 'rounds',
        value: 'N',
        numeric: true,
        help: 'Turns of the bare loop and the sampler each; the median counts (default 25).',
      },
      { name: 'library', help: 'The library alone: its index and its files at growing sizes.' },
      json('the measurements'),
      quiet,
    ],
  },
} as const satisfies Record<string, CommandShape>

export type CommandName = keyof typeof commands
export const commandNames = Object.keys(commands) as readonly CommandName[]

/** What the schema fills in where nothing is given, by field name. */
export function schemaDefaults(command: CommandName): Readonly<Record<string, unknown>> {
  if (command === 'generate') return { ...dynamicDefaults, ...generateRequest.parse({ model: '-' }) }
  if (command === 'interpolate') return { ...dynamicDefaults, ...generateRequest.parse({ model: '-', count: 8 }) }
  if (command === 'compare') return { ...generateRequest.parse({ model: '-' }), count: 1 }
  if (command === 'inpaint')
    return { ...dynamicDefaults, ...blendSettings.parse({}), ...finishSettings.parse({}), ...inpaintSettings.parse({ model: '-' }) }
  return {}
}
