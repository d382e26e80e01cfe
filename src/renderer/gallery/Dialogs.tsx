import { useState } from 'react'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { counted } from '../state/format.ts'
import { useGallery } from '../state/gallery.ts'
import { attempt } from '../state/store.ts'
import { Button, Toggle } from '../ui/index.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { exportPictures, removeForGood } from './actions.ts'
import { closeDialog, useDialog } from './dialogs.ts'
import { SheetDialog } from './SheetDialog.tsx'
import styles from './Dialogs.module.css'

/** Whichever is open. */
export function Dialogs() {
  const dialog = useDialog()
  switch (dialog?.kind) {
    case undefined:
      return null
    case 'sheet':
      return <SheetDialog ids={dialog.ids} />
    case 'export':
      return <ExportDialog ids={dialog.ids} />
    case 'remove':
      return <RemoveDialog ids={dialog.ids} />
  }
}

/** What is copied, before the system asks where to. */
function ExportDialog({ ids }: { readonly ids: readonly string[] }) {
  const [recipe, setRecipe] = useState(true)
  const [error, setError] = useState<ErrorData | null>(null)
  const title = `Export ${counted(ids.length, 'picture')}`
  const go = () =>
    exportPictures(ids, recipe).then(closeDialog, (reason: unknown) => {
      setError(toErrorData(reason))
    })
  return (
    <Dialog label={title} title={title} size="min(420px, 92vw)" onClose={closeDialog}>
      <div className={styles.body}>
        <Toggle label="With their recipes" checked={recipe} onChange={setRecipe} />
        <p className={styles.note}>
          {recipe
            ? 'Copies as they are: each can be made again from its file.'
            : 'Copies without any text inside: nobody can read from them how they were made.'}
        </p>
        {error === null ? null : <ErrorNote error={error} />}
        <div className={styles.foot}>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button kind="primary" size="small" data-autofocus onClick={() => void go()}>
            Choose a folder…
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** The one thing here that cannot be undone. */
function RemoveDialog({ ids }: { readonly ids: readonly string[] | null }) {
  const trashed = useGallery((state) => state.library?.trashed ?? 0)
  const many = ids?.length ?? trashed
  const title = ids === null ? 'Empty the trash?' : `Delete ${counted(many, 'picture')} for good?`
  const go = () => {
    closeDialog()
    attempt(() => removeForGood(ids ?? undefined))
  }
  return (
    <Dialog label={title} title={title} size="min(420px, 92vw)" onClose={closeDialog}>
      <div className={styles.body}>
        <p className={styles.note}>{counted(many, 'file')} will be removed from the disk. This cannot be undone.</p>
        <div className={styles.foot}>
          <Button data-autofocus onClick={closeDialog}>
            Keep
          </Button>
          <Button kind="danger" onClick={go}>
            Delete for good
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
