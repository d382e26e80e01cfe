import { IconDatabaseCog, IconFolder, IconLayoutBoard, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords, words } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { count } from '../state/format.ts'
import { galleryStore, renewGallery, useGallery } from '../state/gallery.ts'
import { attempt, notify } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import { Section } from '../ui/Section.tsx'
import { openDialog } from './dialogs.ts'
import { Facts } from './Facts.tsx'
import { sheetOfQuery } from './sheet.ts'
import styles from './Details.module.css'

/** Nothing is chosen: what the library is, and what can be done with the whole of it. */
export function LibraryFacts() {
  const t = useWords().gallery.library
  const { sheet } = useWords().gallery.act
  const library = useGallery((state) => state.library)
  const total = useGallery((state) => state.total ?? 0)
  const inTrash = useGallery((state) => state.order.where === 'trash')
  if (library === null) return null
  const { folder, favourites, trashed } = library
  return (
    <>
      <Section title={inTrash ? t.trash : t.title}>
        <Facts
          facts={[
            [t.pictures, count(library.total)],
            [t.favourites, count(favourites)],
            [t.inTrash, count(trashed)],
          ]}
        />
        {folder === null ? null : <p className={styles.path}>{folder}</p>}
        <div className={styles.actions}>
          {inTrash ? (
            <Button
              size="small"
              kind="danger"
              icon={<IconTrash aria-hidden />}
              disabled={trashed === 0}
              onClick={() => openDialog({ kind: 'remove', ids: null })}
            >
              {t.empty}
            </Button>
          ) : (
            <Button
              size="small"
              icon={<IconLayoutBoard aria-hidden />}
              disabled={total === 0}
              title={t.sheetTitle}
              onClick={() => attempt(sheetOfQuery)}
            >
              {sheet}
            </Button>
          )}
          <Rescan />
          {bridge().door === 'electron' ? <ChooseFolder /> : null}
        </div>
      </Section>
      <Section title={t.byHand}>
        <dl className={styles.keys}>
          {hands.map((hand) => (
            <div key={hand}>
              <dt>
                <Kbd>{t.keys[hand]}</Kbd>
              </dt>
              <dd>{t.hands[hand]}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  )
}

const hands = ['large', 'add', 'range', 'band', 'favourite', 'trash', 'undo'] as const

/** Files that were added or removed behind our back are noticed by themselves at the start; this looks now. */
function Rescan() {
  const t = useWords().gallery.folder
  const scanning = useGallery((state) => (state.library?.scan ?? null) !== null)
  const [busy, setBusy] = useState(false)
  const look = (rebuild: boolean) =>
    attempt(async () => {
      setBusy(true)
      try {
        const { added, changed, vanished } = await call('libraryRescan', { rebuild })
        await renewGallery()
        const { folder } = words().gallery
        const problem = galleryStore.getState().library?.problem ?? null
        if (problem !== null) notify(problem, 'bad')
        else if (rebuild) notify(folder.rebuilt, 'good')
        else notify(added + changed + vanished === 0 ? folder.same : folder.found(added, changed, vanished))
      } finally {
        setBusy(false)
      }
    })
  return (
    <>
      <Button
        size="small"
        icon={<IconRefresh aria-hidden />}
        disabled={busy || scanning}
        title={t.lookTitle}
        onClick={() => look(false)}
      >
        {t.look}
      </Button>
      <Button
        size="small"
        icon={<IconDatabaseCog aria-hidden />}
        disabled={busy || scanning}
        title={t.rebuildTitle}
        onClick={() => look(true)}
      >
        {t.rebuild}
      </Button>
    </>
  )
}

export function ChooseFolder({ children }: { readonly children?: string }) {
  const t = useWords().gallery.folder
  const choose = () =>
    attempt(async () => {
      const state = await call('libraryFolder', { to: 'ask' })
      if (state === null) return
      await renewGallery()
      // How many there are is known when they were looked at.
      await call('libraryRescan', { rebuild: false })
      const { folder, total, problem } = await call('library', {})
      if (problem === null) notify(words().gallery.folder.changed(folder, total), 'good')
    })
  return (
    <Button size="small" icon={<IconFolder aria-hidden />} title={t.changeTitle} onClick={choose}>
      {children ?? t.change}
    </Button>
  )
}
