import type { GenerateRequest } from '../../shared/request.ts'
import { useWords } from '../i18n/index.ts'
import { deviceLabel } from '../state/format.ts'
import { usePreference } from '../state/preferences.ts'
import { attempt, useApp } from '../state/store.ts'
import { SelectField, type SelectOption } from '../ui/SelectField.tsx'
import { preferDevice } from './device.ts'
import { Row } from './Row.tsx'
import styles from './SettingsScreen.module.css'

/** Where models run; what cannot be used says why. */
export function DeviceSetting() {
  const t = useWords()
  const device = usePreference('device')
  const devices = useApp((state) => state.devices)
  const options: SelectOption[] = [
    { value: 'auto', label: t.settings.deviceAuto, help: t.settings.deviceAutoHelp },
    ...(devices ?? []).map(({ device: value, available, name, reason }) => ({
      value,
      label: deviceLabel(value),
      help: available ? name : (reason ?? t.about.notAvailable),
      disabled: !available,
    })),
  ]
  // The device of an earlier start while they are still being looked for.
  const shown = options.some(({ value }) => value === device)
    ? options
    : [...options, { value: device, label: deviceLabel(device), help: t.settings.deviceLooking }]
  return (
    <Row label={t.settings.device} help={t.settings.deviceHelp}>
      <div className={styles.device}>
        <SelectField
          bare
          label={t.settings.device}
          value={device}
          options={shown}
          onChange={(value) => attempt(() => preferDevice(value as GenerateRequest['device']))}
        />
      </div>
    </Row>
  )
}
