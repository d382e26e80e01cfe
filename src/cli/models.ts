import type { ModelSummary } from '../shared/api.ts'
import type { ModelCard } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { type Context, untilCancelled, withBackend } from './context.ts'
import type { Parsed } from './flags.ts'
import { columns } from './help.ts'
import { nearest } from './nearest.ts'

/** models list | show ID | verify [ID]. A broken package is listed with the reason; showing or verifying it ends with status 3. */
export async function models(parsed: Parsed, context: Context): Promise<void> {
  const [action, id] = parsed.places
  const json = parsed.given.has('json')
  if (action === 'list') return list(context, json, id)
  if (action === 'show') return show(context, json, id)
  if (action === 'verify') return verify(context, json, id)
  throw new PalimpsestError('request', `palimpsest models can list, show and verify; it cannot "${action ?? ''}".`)
}

async function list(context: Context, json: boolean, id: string | undefined) {
  if (id !== undefined)
    throw new PalimpsestError('request', `palimpsest models list takes no name; palimpsest models show ${id} tells of one.`)
  const all = await withBackend(context, (backend) => untilCancelled(context, backend.handlers.models({})))
  if (json) return context.out(JSON.stringify(all, null, 2))
  if (all.length === 0) return context.out('No model is installed.')
  context.out(
    columns(
      all.map((model) => [model.id, model.card === null ? `broken: ${model.problem ?? ''}` : line(model, model.card)] as const),
    ).join('\n'),
  )
}

async function show(context: Context, json: boolean, id: string | undefined) {
  if (id === undefined) throw new PalimpsestError('request', 'Which model? palimpsest models show ID.')
  const all = await withBackend(context, (backend) => untilCancelled(context, backend.handlers.models({})))
  const model = all.find((one) => one.id === id)
  if (model === undefined)
    throw unknownModel(
      id,
      all.map((one) => one.id),
    )
  if (model.card === null) throw new PalimpsestError('model', model.problem ?? `The model "${id}" is broken.`)
  context.out(json ? JSON.stringify(model, null, 2) : columns(facts(model, model.card)).join('\n'))
}

async function verify(context: Context, json: boolean, id: string | undefined) {
  const all = await withBackend(context, (backend) => untilCancelled(context, backend.verifyModels(id)))
  if (id !== undefined && all.length === 0) throw unknownModel(id, [])
  const broken = all.filter((model) => model.problems.length > 0)
  if (json)
    context.out(
      JSON.stringify(
        all.map(({ id: name, problems }) => ({ id: name, sound: problems.length === 0, problems })),
        null,
        2,
      ),
    )
  else
    context.out(
      all
        .flatMap((model) =>
          model.problems.length === 0 ? [`${model.id}  sound`] : model.problems.map((problem) => `${model.id}  ${problem}`),
        )
        .join('\n') || 'No model is installed.',
    )
  if (broken.length > 0)
    throw new PalimpsestError(
      'model',
      `${broken.length} of ${all.length} model packages ${broken.length === 1 ? 'is' : 'are'} not sound.`,
    )
}

function unknownModel(id: string, ids: readonly string[]): PalimpsestError {
  const near = nearest(id, ids)
  return new PalimpsestError(
    'request',
    `There is no model "${id}"; ${near === undefined ? 'palimpsest models list names what there is' : `did you mean ${near}?`}${near === undefined ? '.' : ''}`,
  )
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

function line(model: ModelSummary, card: ModelCard): string {
  const state = card.provenance.state === 'preview' ? ', preview' : ''
  return `${card.name} (${card.task}, ${sizeOf(card)}, ${megabytes(model.bytes)}${model.shipped ? ', shipped' : ''}${state})`
}

function sizeOf({ image: { channels, size } }: ModelCard): string {
  const pixels = 'width' in size ? `${size.width}x${size.height}` : `${size.min} to ${size.max} in steps of ${size.multipleOf}`
  return `${pixels}, ${channels === 1 ? 'grey' : 'colour'}`
}

function facts(model: ModelSummary, card: ModelCard): readonly (readonly [string, string])[] {
  const { provenance } = card
  return [
    ['id', card.id],
    ['name', card.name],
    ['task', card.task],
    ['pictures', sizeOf(card)],
    ...(card.task === 'denoiser'
      ? ([
          ['predicts', `${card.output.predicts}, variance ${card.output.variance}`],
          ['noise', noiseOf(card)],
        ] as const)
      : []),
    ['files', `${card.files.map((file) => `${file.file} (${file.precision})`).join(', ')}, ${megabytes(model.bytes)}`],
    ...card.files.map((file) => ['sha256', file.sha256] as const),
    ['licence', provenance.licence],
    ['trained on', provenance.trainedOn],
    ['made by', provenance.madeBy],
    ['state', provenance.state],
    ...(provenance.quality === undefined ? [] : [['quality', provenance.quality] as const]),
  ]
}

function noiseOf({ noise }: Extract<ModelCard, { task: 'denoiser' }>): string {
  if ('geometric' in noise) {
    const { largest, smallest, count } = noise.geometric
    return `ve, from ${largest} to ${smallest}, ${count} levels`
  }
  if (!('betas' in noise)) return `${noise.kind}, ${'alphaBars' in noise ? noise.alphaBars.length : noise.sigmas.length} levels`
  const ends = noise.betas.zeroTerminal === true ? ', zero terminal SNR' : ''
  return `vp, ${noise.betas.schedule}${ends}, ${noise.betas.count} levels`
}
