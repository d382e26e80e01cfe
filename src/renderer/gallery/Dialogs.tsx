import { useState } from 'react'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { useWords } from '../i18n/index.ts'
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
  const t = useWords().gallery.export
  const [recipe, setRecipe] = useState(true)
  const [error, setError] = useState<ErrorData | null>(null)
  const title = t.title(ids.length)
  const go = () =>
    exportPictures(ids, recipe).then(closeDialog, (reason: unknown) => {
      setError(toErrorData(reason))
    })
  return (
    <Dialog label={title} title={title} size="min(420px, 92vw)" onClose={closeDialog}>
      <div className={styles.body}>
        <Toggle label={t.recipes} checked={recipe} onChange={setRecipe} />
        <p className={styles.note}>{recipe ? t.withRecipes : t.without}</p>
        {error === null ? null : <ErrorNote error={error} />}
        <div className={styles.foot}>
          <Button onClick={closeDialog}>{t.cancel}</Button>
          <Button kind="primary" size="small" data-autofocus onClick={() => void go()}>
            {t.choose}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

/** The one thing here that cannot be undone. */
function RemoveDialog({ ids }: { readonly ids: readonly string[] | null }) {
  const t = useWords().gallery.remove
  const trashed = useGallery((state) => state.library?.trashed ?? 0)
  const many = ids?.length ?? trashed
  const title = ids === null ? t.empty : t.some(many)
  const go = () => {
    closeDialog()
    attempt(() => removeForGood(ids ?? undefined))
  }
  return (
    <Dialog label={title} title={title} size="min(420px, 92vw)" onClose={closeDialog}>
      <div className={styles.body}>
        <p className={styles.note}>{t.text(many)}</p>
        <div className={styles.foot}>
          <Button data-autofocus onClick={closeDialog}>
            {t.keep}
          </Button>
          <Button kind="danger" onClick={go}>
            {t.go}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
