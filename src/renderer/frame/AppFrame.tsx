import { Suspense, useEffect, useMemo, useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { bridge } from '../state/client.ts'
import { useCommands } from '../state/commands.ts'
import { usePreference } from '../state/preferences.ts'
import { attempt, refresh, useApp } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { AboutDialog } from './AboutDialog.tsx'
import { CommandPalette } from './CommandPalette.tsx'
import { frameCommands, type FrameDialog } from './commands.ts'
import { JobStrip } from './JobStrip.tsx'
import { listenToKeys } from './keyboard.ts'
import { Rail } from './Rail.tsx'
import { screenTable } from './screens.tsx'
import { ShortcutSheet } from './ShortcutSheet.tsx'
import { TitleBar } from './TitleBar.tsx'
import { Toasts } from './Toasts.tsx'
import { useNotifications } from './useNotifications.ts'
import { useShell } from './useShell.ts'
import styles from './AppFrame.module.css'

export function AppFrame() {
  const t = useWords()
  const screen = usePreference('screen')
  const language = usePreference('language')
  const [dialog, setDialog] = useState<FrameDialog | null>(null)
  useEffect(listenToKeys, [])
  useCommands(useMemo(() => frameCommands(setDialog, bridge().door), []))
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const menu = useShell()
  useNotifications()
  const close = () => setDialog(null)
  const { Screen } = screenTable[screen]
  return (
    <div className={styles.app}>
      <TitleBar menu={menu} onPalette={() => setDialog('palette')} onAbout={() => setDialog('about')} />
      <Rail />
      <div className={styles.work}>
        <LostBanner />
        <div className={styles.screen}>
          <Suspense fallback={<p className={styles.loading}>{t.screens.opening(t.screens[screen])}</p>}>
            <Screen />
          </Suspense>
        </div>
      </div>
      <JobStrip />
      <Toasts />
      {dialog === 'palette' ? <CommandPalette onClose={close} /> : null}
      {dialog === 'shortcuts' ? <ShortcutSheet onClose={close} /> : null}
      {dialog === 'about' ? <AboutDialog onClose={close} /> : null}
    </div>
  )
}

function LostBanner() {
  const t = useWords()
  const lost = useApp((state) => state.connection === 'lost')
  if (!lost) return null
  return (
    <div role="alert" className={styles.lost}>
      {t.frame.lost}
      <Button size="small" onClick={() => attempt(refresh)}>
        {t.frame.tryNow}
      </Button>
    </div>
  )
}
