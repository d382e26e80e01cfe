import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useCommands, type Command } from '../state/commands.ts'
import { goTo, setPreference, usePreference } from '../state/preferences.ts'
import { attempt, refresh, useApp } from '../state/store.ts'
import { GenerateScreen } from '../generate/GenerateScreen.tsx'
import { Button } from '../ui/Button.tsx'
import { AboutDialog } from './AboutDialog.tsx'
import { CommandPalette } from './CommandPalette.tsx'
import { JobStrip } from './JobStrip.tsx'
import { listenToKeys } from './keyboard.ts'
import { Rail } from './Rail.tsx'
import { TitleBar } from './TitleBar.tsx'
import { Toasts } from './Toasts.tsx'
import styles from './AppFrame.module.css'

/** The editor and its drawing library are loaded when they are first wanted. */
const InpaintScreen = lazy(async () => ({ default: (await import('../inpaint/InpaintScreen.tsx')).InpaintScreen }))

type Dialog = 'palette' | 'about' | null

export function AppFrame() {
  const screen = usePreference('screen')
  const [dialog, setDialog] = useState<Dialog>(null)
  useEffect(listenToKeys, [])
  useCommands(useMemo(() => frameCommands(setDialog), []))
  const close = () => setDialog(null)
  return (
    <div className={styles.app}>
      <TitleBar onPalette={() => setDialog('palette')} onAbout={() => setDialog('about')} />
      <Rail onSettings={() => setDialog('about')} />
      <div className={styles.work}>
        <LostBanner />
        <div className={styles.screen}>
          {screen === 'generate' ? (
            <GenerateScreen />
          ) : (
            <Suspense fallback={<p className={styles.loading}>Opening Inpaint…</p>}>
              <InpaintScreen />
            </Suspense>
          )}
        </div>
      </div>
      <JobStrip />
      <Toasts />
      {dialog === 'palette' ? <CommandPalette onClose={close} /> : null}
      {dialog === 'about' ? <AboutDialog onClose={close} /> : null}
    </div>
  )
}

function LostBanner() {
  const lost = useApp((state) => state.connection === 'lost')
  if (!lost) return null
  return (
    <div role="alert" className={styles.lost}>
      The connection to Palimpsest is lost. Runs are not stopped by that; this page connects again by itself.
      <Button size="small" onClick={() => attempt(refresh)}>
        Try now
      </Button>
    </div>
  )
}

function frameCommands(open: (dialog: Dialog) => void): readonly Command[] {
  return [
    { id: 'go-generate', label: 'Go to Generate', group: 'Screens', keys: 'G', run: () => goTo('generate') },
    { id: 'go-inpaint', label: 'Go to Inpaint', group: 'Screens', keys: 'I', run: () => goTo('inpaint') },
    { id: 'settings', label: 'Settings and about', group: 'Screens', keys: ',', run: () => open('about') },
    {
      id: 'palette',
      label: 'Commands and shortcuts',
      group: 'Screens',
      keys: 'Ctrl+K',
      whileTyping: true,
      run: () => open('palette'),
    },
    { id: 'shortcuts', label: 'Shortcut sheet', group: 'Screens', keys: '?', run: () => open('palette') },
    { id: 'theme-dark', label: 'Dark theme', group: 'Theme', run: () => setPreference('theme', 'dark') },
    { id: 'theme-light', label: 'Light theme', group: 'Theme', run: () => setPreference('theme', 'light') },
    { id: 'theme-contrast', label: 'High contrast theme', group: 'Theme', run: () => setPreference('theme', 'contrast') },
    { id: 'theme-system', label: 'Theme of the system', group: 'Theme', run: () => setPreference('theme', 'system') },
  ]
}
