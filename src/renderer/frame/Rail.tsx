import { useWords } from '../i18n/index.ts'
import { commandTable } from '../state/command-table.ts'
import { goTo, screens, usePreference, type ScreenName } from '../state/preferences.ts'
import { screenTable } from './screens.tsx'
import styles from './Rail.module.css'

/** The screens, Settings apart from the others at the foot. */
export function Rail() {
  const t = useWords()
  return (
    <nav className={styles.rail} aria-label={t.screens.label}>
      {screens
        .filter((screen) => screen !== 'settings')
        .map((screen) => (
          <Entry key={screen} screen={screen} />
        ))}
      <span className={styles.space} />
      <Entry screen="settings" />
    </nav>
  )
}

function Entry({ screen }: { readonly screen: ScreenName }) {
  const t = useWords()
  const shown = usePreference('screen')
  const { Icon, command } = screenTable[screen]
  const { keys = '' } = commandTable[command]
  return (
    <button
      type="button"
      className={styles.entry}
      aria-current={screen === shown ? 'page' : undefined}
      aria-keyshortcuts={keys}
      title={`${t.screens[screen]} (${keys})`}
      onClick={() => goTo(screen)}
    >
      <Icon aria-hidden stroke={1.7} />
      <span>{t.screens[screen]}</span>
    </button>
  )
}
