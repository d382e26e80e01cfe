import type { Setting, Settings, SettingValue } from './types.ts'

/** The settings a method declares for itself, checked and read. */

/** Every declared setting, as given or at its default. Refuses a stranger and a value out of its range, by name, in one sentence. */
export function completeSettings(
  entry: { readonly name: string; readonly settings?: readonly Setting[] },
  given: Settings,
): Settings {
  const declared = entry.settings ?? []
  for (const name of Object.keys(given)) {
    if (declared.some((setting) => setting.name === name)) continue
    const own = declared.length === 0 ? '' : `; its own settings are ${declared.map((setting) => setting.name).join(', ')}`
    throw new RangeError(`${entry.name} takes no ${name}${own}.`)
  }
  return Object.fromEntries(declared.map((setting) => [setting.name, checked(setting, given[setting.name] ?? setting.default)]))
}

/** A number of the plan's settings; `declared` gives its default. */
export function numberSetting(declared: readonly Setting[], settings: Settings | undefined, name: string): number {
  const value = valueOf(declared, settings, name)
  if (typeof value !== 'number') throw new RangeError(`Expected a number for ${name} but received ${JSON.stringify(value)}.`)
  return value
}

/** A switch of the plan's settings. */
export function switchSetting(declared: readonly Setting[], settings: Settings | undefined, name: string): boolean {
  return valueOf(declared, settings, name) === true
}

/** A choice of the plan's settings. */
export function choiceSetting(declared: readonly Setting[], settings: Settings | undefined, name: string): string {
  return String(valueOf(declared, settings, name))
}

function valueOf(declared: readonly Setting[], settings: Settings | undefined, name: string): SettingValue {
  const setting = declared.find((one) => one.name === name)
  if (setting === undefined) throw new RangeError(`There is no setting ${name}.`)
  return checked(setting, settings?.[name] ?? setting.default)
}

function checked(setting: Setting, value: SettingValue): SettingValue {
  const { name } = setting
  switch (setting.kind) {
    case 'number': {
      const fits =
        typeof value === 'number' &&
        value >= setting.min &&
        value <= setting.max &&
        (setting.integer !== true || Number.isInteger(value))
      if (fits) return value
      const kind = setting.integer === true ? 'an integer' : 'a number'
      throw new RangeError(`Expected ${kind} from ${setting.min} to ${setting.max} for ${name} but received ${said(value)}.`)
    }
    case 'choice': {
      if (setting.choices.some((choice) => choice.value === value)) return value
      const known = setting.choices.map((choice) => choice.value).join(', ')
      throw new RangeError(`Expected one of ${known} for ${name} but received ${said(value)}.`)
    }
    case 'switch':
      if (typeof value === 'boolean') return value
      throw new RangeError(`Expected true or false for ${name} but received ${said(value)}.`)
  }
}

function said(value: SettingValue): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
