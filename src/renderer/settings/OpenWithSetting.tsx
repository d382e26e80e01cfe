import { useEffect, useState } from 'react'
import type { OpenWithState } from '../../shared/shell.ts'
import { useWords } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { attempt } from '../state/store.ts'
import { SwitchRow } from './Row.tsx'

/** A browser has no say in the file manager. */
export function OpenWithSetting() {
  const t = useWords().settings
  const own = bridge().door === 'electron'
  const [state, setState] = useState<OpenWithState | null>(null)
  useEffect(() => {
    if (own) attempt(async () => setState(await call('shellOpenWith', {})))
  }, [own])
  if (!own) return null
  return (
    <SwitchRow
      label={t.openWith}
      help={state === 'unable' ? t.openWithUnable : t.openWithHelp}
      checked={state === 'on'}
      disabled={state === null || state === 'unable'}
      onChange={(on) => attempt(async () => setState(await call('shellOpenWith', { on })))}
    />
  )
}
