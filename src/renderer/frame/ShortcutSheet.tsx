import { useMemo, useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { bridge } from '../state/client.ts'
import { useCommandLists } from '../state/commands.ts'
import { usePreference } from '../state/preferences.ts'
import { listCommands } from '../state/reach.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import { findShortcuts, shortcutsOf } from './sheet.ts'
import styles from './ShortcutSheet.module.css'

/** Every key of every screen, to be read or searched. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const t = useWords()
  return (
    <Dialog label={t.sheet.title} title={t.sheet.title} size="min(920px, 94vw)" onClose={onClose}>
      <Sheet />
    </Dialog>
  )
}

function Sheet() {
  const t = useWords()
  const lists = useCommandLists()
  const screen = usePreference('screen')
  const [query, setQuery] = useState('')
  const all = useMemo(() => shortcutsOf(listCommands({ lists, screen, door: bridge().door }, t), t), [lists, screen, t])
  const groups = useMemo(() => findShortcuts(all, query), [all, query])
  const count = groups.reduce((sum, { lines }) => sum + lines.length, 0)
  return (
    <div className={styles.sheet}>
      <input
        className={styles.search}
        data-autofocus
        type="text"
        aria-label={t.sheet.search}
        placeholder={t.sheet.placeholder}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is scrolled by keys too, so it takes the focus */}
      <section className={styles.scroll} tabIndex={0} aria-label={t.sheet.title}>
        <div className={styles.groups}>
          {groups.map(({ group, lines }) => (
            <section key={group} className={styles.group} aria-label={group}>
              <h3>{group}</h3>
              <dl>
                {lines.map(({ label, keys }) => (
                  <div key={label}>
                    <dt>{label}</dt>
                    <dd>
                      {keys.map((pressed) => (
                        <Kbd key={pressed}>{pressed}</Kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </section>
      <p className={count === 0 ? styles.none : 'unseen'} aria-live="polite">
        {count === 0 ? t.sheet.none(query) : t.sheet.count(count)}
      </p>
    </div>
  )
}
