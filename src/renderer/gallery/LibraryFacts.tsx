import { IconDatabaseCog, IconFolder, IconLayoutBoard, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { bridge, call } from '../state/client.ts'
import { count, counted } from '../state/format.ts'
import { renewGallery, useGallery } from '../state/gallery.ts'
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
  const library = useGallery((state) => state.library)
  const total = useGallery((state) => state.total ?? 0)
  const inTrash = useGallery((state) => state.order.where === 'trash')
  if (library === null) return null
  const { folder, favourites, trashed } = library
  return (
    <>
      <Section title={inTrash ? 'Trash' : 'Library'}>
        <Facts
          facts={[
            ['Pictures', count(library.total)],
            ['Favourites', count(favourites)],
            ['In the trash', count(trashed)],
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
              Empty the trash…
            </Button>
          ) : (
            <Button
              size="small"
              icon={<IconLayoutBoard aria-hidden />}
              disabled={total === 0}
              title="Of the pictures that are shown, in this order"
              onClick={() => attempt(sheetOfQuery)}
            >
              Contact sheet…
            </Button>
          )}
          <Rescan />
          {bridge().door === 'electron' ? <ChooseFolder /> : null}
        </div>
      </Section>
      <Section title="By hand">
        <dl className={styles.keys}>
          {hands.map(([keys, what]) => (
            <div key={what}>
              <dt>
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </>
  )
}

const hands: readonly (readonly [readonly string[], string])[] = [
  [['Enter'], 'Show it large'],
  [['Space'], 'Add to the selection'],
  [['Shift click'], 'Select a range'],
  [['Drag'], 'Select what is touched'],
  [['F'], 'Favourite'],
  [['Delete'], 'Put into the trash'],
  [['Ctrl Z'], 'Bring them back'],
]

/** Files that were added or removed behind our back are noticed by themselves at the start; this looks now. */
function Rescan() {
  const scanning = useGallery((state) => (state.library?.scan ?? null) !== null)
  const [busy, setBusy] = useState(false)
  const look = (rebuild: boolean) =>
    attempt(async () => {
      setBusy(true)
      try {
        const { added, changed, vanished } = await call('libraryRescan', { rebuild })
        if (rebuild) notify('The index is made anew from the files.', 'good')
        const parts = [
          [added, 'new'],
          [changed, 'changed'],
          [vanished, 'gone'],
        ] as const
        const found = parts.filter(([many]) => many > 0).map(([many, what]) => `${count(many)} ${what}`)
        if (!rebuild) notify(found.length === 0 ? 'The folder is as it was.' : `In the folder: ${found.join(', ')}.`)
        await renewGallery()
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
        title="For files that were added or removed by another program"
        onClick={() => look(false)}
      >
        Look again
      </Button>
      <Button
        size="small"
        icon={<IconDatabaseCog aria-hidden />}
        disabled={busy || scanning}
        title="Forget the index and make it anew from the files; favourites and tags are kept"
        onClick={() => look(true)}
      >
        Rebuild index
      </Button>
    </>
  )
}

export function ChooseFolder({ children = 'Folder…' }: { readonly children?: string }) {
  const choose = () =>
    attempt(async () => {
      const state = await call('libraryFolder', { to: 'ask' })
      if (state === null) return
      notify(`The library is now in ${state.folder ?? 'another folder'}: ${counted(state.total, 'picture')}.`, 'good')
      await renewGallery()
    })
  return (
    <Button
      size="small"
      icon={<IconFolder aria-hidden />}
      title="Keep the library elsewhere; what lies in this folder stays there"
      onClick={choose}
    >
      {children}
    </Button>
  )
}
