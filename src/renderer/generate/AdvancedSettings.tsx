import type { DeviceReport } from '../../shared/engine.ts'
import type { SamplerEntry } from '../../core/types.ts'
import { dynamicDefaults, type GenerateRequest } from '../../shared/request.ts'
import { deviceLabel } from '../state/format.ts'
import { change, changeOwn, defaultSettings, useGenerate } from '../state/generate.ts'
import { isAdvanced } from '../state/methods.ts'
import { useApp } from '../state/store.ts'
import { SpacingField, ThresholdFields } from '../ui/LevelFields.tsx'
import { NumberSlider } from '../ui/NumberSlider.tsx'
import { Section } from '../ui/Section.tsx'
import { SelectField, type SelectOption } from '../ui/SelectField.tsx'
import { SettingFields } from '../ui/SettingFields.tsx'
import { Toggle } from '../ui/Toggle.tsx'

export function AdvancedSettings({
  settings,
  entry,
}: {
  readonly settings: GenerateRequest
  readonly entry: SamplerEntry | undefined
}) {
  const devices = useApp((state) => state.devices)
  const dynamic = useGenerate((state) => state.settings.dynamic) ?? dynamicDefaults
  return (
    <Section title="Advanced" foldable folded>
      <SettingFields settings={(entry?.settings ?? []).filter(isAdvanced)} values={settings.settings} onChange={changeOwn} />
      <SpacingField
        value={settings.spacing}
        onChange={(spacing) => change({ spacing })}
        defaultValue={defaultSettings.spacing}
        only={entry?.spacing}
      />
      <ThresholdFields
        value={settings.threshold}
        dynamic={dynamic}
        usual={entry?.threshold ?? 'clip'}
        dynamicDefaults={dynamicDefaults}
        onChange={change}
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
      <Toggle
        label="Record the trajectory"
        help="Keeps the estimate, the score and the step size of every step, to look at beside the finished picture."
        checked={settings.trace === true}
        onChange={(trace) => change({ trace })}
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
