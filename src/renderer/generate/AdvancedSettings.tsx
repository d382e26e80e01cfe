import type { DeviceReport } from '../../shared/engine.ts'
import type { SamplerEntry } from '../../core/types.ts'
import { dynamicDefaults, type GenerateRequest } from '../../shared/request.ts'
import { useWords, words } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
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
  const t = useWords().generate.settings
  const devices = useApp((state) => state.devices)
  const dynamic = useGenerate((state) => state.settings.dynamic) ?? dynamicDefaults
  return (
    <Section title={t.advanced} foldable folded>
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
        label={t.batch}
        value={settings.batch}
        onChange={(batch) => change({ batch })}
        min={1}
        max={256}
        scale="log"
        help={t.batchHelp}
        defaultValue={defaultSettings.batch}
      />
      <SelectField
        label={t.device}
        value={settings.device}
        options={deviceOptions(devices, settings.device)}
        onChange={(device) => change({ device: device as GenerateRequest['device'] })}
        help={t.deviceHelp}
        defaultValue={defaultSettings.device}
      />
      <Toggle label={t.record} help={t.recordHelp} checked={settings.trace === true} onChange={(trace) => change({ trace })} />
    </Section>
  )
}

/** Every device the program knows by name; one that is refused is shown with its reason. */
export function deviceOptions(devices: readonly DeviceReport[] | null, chosen: string): readonly SelectOption[] {
  const { generate, common } = words()
  const t = generate.settings
  const options = [
    { value: 'auto', label: common.automatic, help: t.deviceAutoHelp },
    ...(devices ?? []).map(({ device, available, name, reason }) => ({
      value: device as string,
      label: deviceLabel(device),
      help: available ? name : reason === undefined ? t.notAvailable : said(reason),
      disabled: !available,
    })),
  ]
  // The device of an earlier start while they are still being looked for.
  return options.some((option) => option.value === chosen)
    ? options
    : [...options, { value: chosen, label: deviceLabel(chosen), help: t.lookedFor }]
}
