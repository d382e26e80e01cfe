import type { DeviceReport } from '../../shared/engine.ts'
import type { GenerateRequest } from '../../shared/request.ts'
import { deviceLabel } from '../state/format.ts'
import { change, defaultSettings } from '../state/generate.ts'
import { useApp } from '../state/store.ts'
import { NumberSlider } from '../ui/NumberSlider.tsx'
import { Section } from '../ui/Section.tsx'
import { SelectField, type SelectOption } from '../ui/SelectField.tsx'

const spacingOptions: readonly SelectOption[] = [
  { value: 'leading', label: 'Leading', help: 'Every N-th level, counted from the clean end.' },
  { value: 'trailing', label: 'Trailing', help: 'Every N-th level, counted from pure noise.' },
  { value: 'linspace', label: 'Linspace', help: 'Evenly, with both ends.' },
  { value: 'respaced', label: 'Respaced', help: 'Evenly, as guided-diffusion does it.' },
]
const thresholdOptions: readonly SelectOption[] = [
  { value: 'auto', label: 'Automatic', help: 'What the sampler is best with.' },
  { value: 'clip', label: 'Clip x0', help: "The estimate is kept inside the model's range at every step." },
  { value: 'none', label: 'None', help: 'The estimate is used as the model gives it.' },
  {
    value: 'dynamic',
    label: 'Dynamic',
    help: 'The brightest estimates become the edge of the range, and the rest is scaled to it.',
  },
]

export function AdvancedSettings({ settings }: { readonly settings: GenerateRequest }) {
  const devices = useApp((state) => state.devices)
  const known = spacingOptions.some((option) => option.value === settings.spacing)
  const spacings = known ? spacingOptions : [...spacingOptions, { value: settings.spacing, label: settings.spacing }]
  return (
    <Section title="Advanced" foldable folded>
      <SelectField
        label="Spacing"
        value={settings.spacing}
        options={spacings}
        onChange={(spacing) => change({ spacing })}
        help="Which of the trained noise levels are visited."
        defaultValue={defaultSettings.spacing}
      />
      <SelectField
        label="Threshold"
        value={settings.threshold}
        options={thresholdOptions}
        onChange={(next) => change({ threshold: next as GenerateRequest['threshold'] })}
        help="What is done with an estimate beyond black or white."
        defaultValue={defaultSettings.threshold}
      />
      <NumberSlider
        label="Batch"
        value={settings.batch}
        onChange={(batch) => change({ batch })}
        min={1}
        max={256}
        scale="log"
        help="Pictures that share a call of the model: faster, and more memory. It does not change them on the CPU."
        defaultValue={defaultSettings.batch}
      />
      <SelectField
        label="Device"
        value={settings.device}
        options={deviceOptions(devices, settings.device)}
        onChange={(device) => change({ device: device as GenerateRequest['device'] })}
        help="Where the model runs. A device that cannot be used says why."
        defaultValue={defaultSettings.device}
      />
    </Section>
  )
}

/** Every device the program knows by name; one that is refused is shown with its reason. */
export function deviceOptions(devices: readonly DeviceReport[] | null, chosen: string): readonly SelectOption[] {
  const options = [
    { value: 'auto', label: deviceLabel('auto'), help: 'The fastest that works here; if it fails, the CPU, with a notice.' },
    ...(devices ?? []).map(({ device, available, name, reason }) => ({
      value: device as string,
      label: deviceLabel(device),
      help: available ? name : (reason ?? 'Not available here.'),
      disabled: !available,
    })),
  ]
  // The device of an earlier start while they are still being looked for.
  return options.some((option) => option.value === chosen)
    ? options
    : [...options, { value: chosen, label: deviceLabel(chosen), help: 'Being looked for…' }]
}
