import type { Setting } from '../core/types.ts'
import type { AxisValue, CompareAxis, CompareRequest } from './compare.ts'
import type { AxisKind } from './ranges.ts'

/** What can be varied: fields of the request by their names, and every setting that a sampler or a method declares for itself. */

export interface AxisShape {
  readonly name: string
  /** "Steps", "Sampler". */
  readonly label: string
  readonly kind: AxisKind
  /** A field of the request, a setting of the method's own, or what only a comparison has. */
  readonly part: 'field' | 'own' | 'comparison'
  /** Its values say themselves what they are: "ddim", not "sampler ddim". */
  readonly plain: boolean
}

const field = (name: string, label: string, kind: AxisKind, plain = false): AxisShape => ({
  name,
  label,
  kind,
  part: 'field',
  plain,
})
const special = (name: string, label: string, kind: AxisKind): AxisShape => ({
  name,
  label,
  kind,
  part: 'comparison',
  plain: kind === 'word',
})

const model = field('model', 'Model', 'word', true)
const seed = field('seed', 'Seed', 'whole')
const shared = [
  field('steps', 'Steps', 'whole'),
  field('eta', 'Eta', 'number'),
  seed,
  field('spacing', 'Spacing', 'word'),
  field('variance', 'Variance', 'word'),
  field('threshold', 'Threshold', 'word'),
  field('nfe', 'Model calls', 'whole'),
  field('device', 'Device', 'word', true),
]
const photo = special('photo', 'Photograph', 'word')

/** The stages of a triptych. */
export const stages = ['original', 'masked', 'filled'] as const
export type Stage = (typeof stages)[number]

const fields: Readonly<Record<CompareRequest['of'], readonly AxisShape[]>> = {
  generate: [field('sampler', 'Sampler', 'word', true), ...shared, model],
  inpaint: [
    field('method', 'Method', 'word', true),
    ...shared,
    model,
    field('jumpLength', 'Jump length', 'whole'),
    field('resamples', 'Resamples', 'whole'),
    photo,
    special('mask', 'Mask', 'word'),
    special('stage', 'Original, masked, filled', 'word'),
  ],
  forward: [special('level', 'Noise level', 'number'), seed, model, photo],
}

/** The axes of such a comparison; `own`: the settings of all its samplers or methods. */
export function axesOf(of: CompareRequest['of'], own: readonly Setting[]): readonly AxisShape[] {
  if (of === 'forward') return fields.forward
  const seen = new Map<string, AxisShape>()
  for (const { name, label, kind, ...rest } of own) {
    const whole = 'integer' in rest && rest.integer === true
    const as: AxisKind = kind === 'switch' ? 'switch' : kind === 'choice' ? 'word' : whole ? 'whole' : 'number'
    if (!seen.has(name)) seen.set(name, { name, label, kind: as, part: 'own', plain: false })
  }
  return [...fields[of], ...seen.values()]
}

/** "steps 10", "eta 0.5", "ddim": a value as it stands beside its row or column. */
export function axisWords({ label, plain }: Pick<AxisShape, 'label' | 'plain'>, value: AxisValue): string {
  const said = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
  return plain ? said : `${label.toLowerCase()} ${said}`
}

/** Why these axes are none, in one sentence; undefined where they are. */
export function wrongAxes(axes: readonly CompareAxis[], known: readonly AxisShape[]): string | undefined {
  for (const { name, values } of axes) {
    const shape = known.find((one) => one.name === name)
    if (shape === undefined) return `There is no axis called "${name}". Known: ${known.map((one) => one.name).join(', ')}.`
    if (axes.filter((one) => one.name === name).length > 1) return `The axis ${name} is there twice: put its values together.`
    const wrong = values.find((value) => !fits(value, shape.kind))
    if (wrong !== undefined) return `${JSON.stringify(wrong)} is no value for the axis ${name}.`
  }
  return undefined
}

function fits(value: AxisValue, kind: AxisKind): boolean {
  if (kind === 'word') return typeof value === 'string'
  if (kind === 'switch') return typeof value === 'boolean'
  return typeof value === 'number' && (kind === 'number' || Number.isSafeInteger(value))
}
