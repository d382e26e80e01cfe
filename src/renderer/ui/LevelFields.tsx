import type { GenerateRequest } from '../../shared/request.ts'
import { NumberSlider } from './NumberSlider.tsx'
import { SelectField, type SelectOption } from './SelectField.tsx'

/** What every sampler and every method shares below its own settings: which levels, and what the estimate is held by. */

const spacingOptions: readonly SelectOption[] = [
  { value: 'leading', label: 'Leading', help: 'Every N-th level, counted from the clean end.' },
  { value: 'trailing', label: 'Trailing', help: 'Every N-th level, counted from pure noise.' },
  { value: 'linspace', label: 'Linspace', help: 'Evenly, with both ends.' },
  { value: 'solver', label: 'Solver', help: 'Evenly without the lowest level, as the DPM-Solver papers do it.' },
  { value: 'respaced', label: 'Respaced', help: 'Evenly, as guided-diffusion and RePaint do it.' },
  { value: 'quadratic', label: 'Quadratic', help: 'Closer together towards the clean end.' },
  { value: 'karras', label: 'Karras', help: 'Much closer together towards the clean end, as EDM does it.' },
  { value: 'exponential', label: 'Exponential', help: 'The noise falls by the same factor at every step.' },
]

/** `only`: the one spacing the method is defined for. */
export function SpacingField(props: {
  readonly value: string
  readonly onChange: (spacing: string) => void
  readonly defaultValue: string
  readonly only: string | undefined
}) {
  const { value, onChange, defaultValue, only } = props
  const known = spacingOptions.some((option) => option.value === value)
  const all = known ? spacingOptions : [...spacingOptions, { value, label: value }]
  const why = 'This method is not defined for it.'
  const options =
    only === undefined ? all : all.map((option) => (option.value === only ? option : { ...option, help: why, disabled: true }))
  return (
    <SelectField
      label="Spacing"
      value={value}
      options={options}
      onChange={onChange}
      help="Which of the trained noise levels are visited."
      defaultValue={only ?? defaultValue}
    />
  )
}

type Held = Pick<GenerateRequest, 'threshold' | 'dynamic'>

/** `usual`: what `auto` is for this method. */
export function ThresholdFields(props: {
  readonly value: Held['threshold']
  readonly dynamic: NonNullable<Held['dynamic']>
  readonly usual: 'clip' | 'none'
  readonly dynamicDefaults: NonNullable<Held['dynamic']>
  readonly onChange: (changes: { threshold?: Held['threshold']; dynamic?: NonNullable<Held['dynamic']> }) => void
}) {
  const { value, dynamic, usual, dynamicDefaults, onChange } = props
  const options: readonly SelectOption[] = [
    { value: 'auto', label: 'Automatic', note: usual === 'clip' ? 'clip' : 'none', help: 'What this method is best with.' },
    { value: 'clip', label: 'Clip', help: "The estimate is kept inside the model's range at every step." },
    { value: 'none', label: 'None', help: 'The estimate is used as the model gives it.' },
    {
      value: 'dynamic',
      label: 'Dynamic',
      help: 'Where an estimate reaches far beyond the range, all of it is scaled back inside.',
    },
  ]
  return (
    <>
      <SelectField
        label="Threshold"
        value={value}
        options={options}
        onChange={(next) => onChange({ threshold: next as Held['threshold'] })}
        help="What is done with an estimate beyond black or white."
        defaultValue="auto"
      />
      {value === 'dynamic' ? (
        <>
          <NumberSlider
            label="Inside the edge"
            value={dynamic.ratio}
            onChange={(ratio) => onChange({ dynamic: { ...dynamic, ratio } })}
            min={0.5}
            max={1}
            step={0.001}
            help="Share of the values that are kept; what lies beyond becomes black or white."
            defaultValue={dynamicDefaults.ratio}
          />
          <NumberSlider
            label="Farthest edge"
            value={dynamic.max}
            onChange={(max) => onChange({ dynamic: { ...dynamic, max } })}
            min={1}
            max={100}
            scale="log"
            digits={3}
            help="How far out the edge may lie, in widths of the model's range. At 1 this is clipping."
            defaultValue={dynamicDefaults.max}
          />
        </>
      ) : null}
    </>
  )
}
