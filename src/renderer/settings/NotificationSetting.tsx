import { useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { bridge } from '../state/client.ts'
import { setPreference, usePreference } from '../state/preferences.ts'
import { SwitchRow } from './Row.tsx'

type Leave = NotificationPermission | 'unable'

/** The app has leave of its own; a browser must be asked for it, by the user's hand. */
function leaveNow(): Leave {
  if (bridge().door === 'electron') return 'granted'
  return 'Notification' in globalThis ? Notification.permission : 'unable'
}

export function NotificationSetting() {
  const t = useWords().settings
  const wanted = usePreference('notifications')
  const [leave, setLeave] = useState(leaveNow)
  const change = (on: boolean) => {
    setPreference('notifications', on)
    if (!on || leave !== 'default') return
    Notification.requestPermission().then(setLeave, () => setLeave(leaveNow()))
  }
  const refused = leave === 'denied' ? t.notificationsDenied : leave === 'unable' ? t.notificationsUnable : undefined
  return (
    <SwitchRow
      label={t.notifications}
      help={refused ?? t.notificationsHelp}
      checked={wanted && leave === 'granted'}
      disabled={refused !== undefined}
      onChange={change}
    />
  )
}
