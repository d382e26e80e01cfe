import type { ReactNode } from 'react'
import { useWords } from '../i18n/index.ts'
import { useHelp } from '../state/frame.ts'
import styles from './Screen.module.css'

export interface ScreenProps {
  /** The name read out for the main part. */
  readonly label: string
  readonly main: ReactNode
  readonly inspector: ReactNode
  /** Stays at the foot of the inspector: the costs and the button. */
  readonly footer?: ReactNode
}

/** The work in the middle, the controls at the right; a help line of fixed height, so that nothing jumps. */
export function Screen({ label, main, inspector, footer }: ScreenProps) {
  const { common: t } = useWords()
  const help = useHelp()
  return (
    <div className={styles.screen}>
      <main className={styles.main} aria-label={label}>
        {main}
      </main>
      <aside className={styles.side} aria-label={t.settingsOf(label)}>
        <div className={styles.controls}>{inspector}</div>
        <div className={styles.foot}>
          <p className={styles.help} aria-hidden>
            <span>{help}</span>
          </p>
          {footer}
        </div>
      </aside>
    </div>
  )
}
