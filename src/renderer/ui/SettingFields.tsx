import type { Setting, Settings, SettingValue } from '../../core/types.ts'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { NumberSlider } from './NumberSlider.tsx'
import { SelectField } from './SelectField.tsx'
import { numberWords, rangeOf } from './setting-range.ts'
import { Toggle } from './Toggle.tsx'

/** The fields of settings that a method declares for itself, drawn from the declaration alone. */
export function SettingFields({
  settings,
  values,
  onChange,
}: {
  readonly settings: readonly Setting[]
  readonly values: Settings
  readonly onChange: (name: string, value: SettingValue) => void
}) {
  return settings.map((setting) => {
    const take = (value: SettingValue) => onChange(setting.name, value)
    return <SettingField key={setting.name} setting={setting} value={values[setting.name] ?? setting.default} onChange={take} />
  })
}

function SettingField({
  setting,
  value,
  onChange,
}: {
  readonly setting: Setting
  readonly value: SettingValue
  readonly onChange: (value: SettingValue) => void
}) {
  useWords()
  const label = said(setting.label)
  const help = said(setting.help)
  switch (setting.kind) {
    case 'number': {
      const { step, scale = 'linear', digits } = rangeOf(setting)
      return (
        <NumberSlider
          label={label}
          help={help}
          value={Number(value)}
          onChange={onChange}
          min={setting.min}
          max={setting.max}
          step={step}
          scale={scale}
          {...(digits === undefined ? {} : { digits })}
          format={numberWords}
          defaultValue={setting.default}
        />
      )
    }
    case 'choice':
      return (
        <SelectField
          label={label}
          help={help}
          value={String(value)}
          options={setting.choices.map((choice) => ({
            value: choice.value,
            label: said(choice.label),
            ...(choice.help === undefined ? {} : { help: said(choice.help) }),
          }))}
          onChange={onChange}
          defaultValue={setting.default}
        />
      )
    case 'switch':
      return <Toggle label={label} help={help} checked={value === true} onChange={onChange} />
  }
}
