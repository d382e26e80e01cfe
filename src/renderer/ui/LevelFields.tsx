import type { GenerateRequest } from '../../shared/request.ts'
import { useWords } from '../i18n/index.ts'
import { NumberSlider } from './NumberSlider.tsx'
import { SelectField, type SelectOption } from './SelectField.tsx'

/** What every sampler and every method shares below its own settings: which levels, and what the estimate is held by. */

/** `only`: the one spacing the method is defined for. */
export function SpacingField(props: {
  readonly value: string
  readonly onChange: (spacing: string) => void
  readonly defaultValue: string
  readonly only: string | undefined
}) {
  const { value, onChange, defaultValue, only } = props
  const { levels: t } = useWords().common
  const spacings = Object.entries(t.spacings).map(([name, [label, help]]): SelectOption => ({
    value: name,
    label: label ?? name,
    help,
  }))
  const all = spacings.some((option) => option.value === value) ? spacings : [...spacings, { value, label: value }]
  const options =
    only === undefined
      ? all
      : all.map((option) => (option.value === only ? option : { ...option, help: t.onlyOther, disabled: true }))
  return (
    <SelectField
      label={t.spacing}
      value={value}
      options={options}
      onChange={onChange}
      help={t.spacingHelp}
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
  const { levels: t } = useWords().common
  const options: readonly SelectOption[] = [
    { value: 'auto', label: t.auto, note: t.autoNote[usual], help: t.autoHelp },
    { value: 'clip', label: t.clip, help: t.clipHelp },
    { value: 'none', label: t.none, help: t.noneHelp },
    { value: 'dynamic', label: t.dynamic, help: t.dynamicHelp },
  ]
  return (
    <>
      <SelectField
        label={t.threshold}
        value={value}
        options={options}
        onChange={(next) => onChange({ threshold: next as Held['threshold'] })}
        help={t.thresholdHelp}
        defaultValue="auto"
      />
      {value === 'dynamic' ? (
        <>
          <NumberSlider
            label={t.ratio}
            value={dynamic.ratio}
            onChange={(ratio) => onChange({ dynamic: { ...dynamic, ratio } })}
            min={0.5}
            max={1}
            step={0.001}
            help={t.ratioHelp}
            defaultValue={dynamicDefaults.ratio}
          />
          <NumberSlider
            label={t.edge}
            value={dynamic.max}
            onChange={(max) => onChange({ dynamic: { ...dynamic, max } })}
            min={1}
            max={100}
            scale="log"
            digits={3}
            help={t.edgeHelp}
            defaultValue={dynamicDefaults.max}
          />
        </>
      ) : null}
    </>
  )
}
