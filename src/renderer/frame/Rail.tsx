import { IconAdjustmentsHorizontal, IconBrush, IconSparkles } from '@tabler/icons-react'
import { goTo, usePreference, type ScreenName } from '../state/preferences.ts'
import styles from './Rail.module.css'

const entries: readonly {
  readonly screen: ScreenName
  readonly label: string
  readonly keys: string
  readonly Icon: typeof IconBrush
}[] = [
  { screen: 'generate', label: 'Generate', keys: 'G', Icon: IconSparkles },
  { screen: 'inpaint', label: 'Inpaint', keys: 'I', Icon: IconBrush },
]

export function Rail({ onSettings }: { readonly onSettings: () => void }) {
  const shown = usePreference('screen')
  return (
    <nav className={styles.rail} aria-label="Screens">
      {entries.map(({ screen, label, keys, Icon }) => (
        <button
          key={screen}
          type="button"
          className={styles.entry}
          aria-current={screen === shown ? 'page' : undefined}
          aria-keyshortcuts={keys}
          title={`${label} (${keys})`}
          onClick={() => goTo(screen)}
        >
          <Icon aria-hidden stroke={1.7} />
          <span>{label}</span>
        </button>
      ))}
      <span className={styles.space} />
      <button type="button" className={styles.entry} title="Settings and about (,)" aria-keyshortcuts="," onClick={onSettings}>
        <IconAdjustmentsHorizontal aria-hidden stroke={1.7} />
        <span>Settings</span>
      </button>
    </nav>
  )
}
