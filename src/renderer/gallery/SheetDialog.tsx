import { useState } from 'react'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { legendFields, librarySheet, type LegendField, type LibrarySheet } from '../../shared/library.ts'
import { useWords, words } from '../i18n/index.ts'
import { bridge, call, resourceUrl } from '../state/client.ts'
import { notify } from '../state/store.ts'
import { Button, NumberSlider } from '../ui/index.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { closeDialog } from './dialogs.ts'
import styles from './Dialogs.module.css'

interface Made {
  readonly of: LibrarySheet
  readonly url: string
  readonly name: string
  readonly width: number
  readonly height: number
}

/** Pictures side by side in one PNG: how, a look at it, and where to. */
export function SheetDialog({ ids }: { readonly ids: readonly string[] }) {
  const t = useWords().gallery.sheet
  const [sheet, setSheet] = useState<LibrarySheet>(() => ({
    ...librarySheet.parse({ ids }),
    columns: Math.min(50, Math.max(1, Math.ceil(Math.sqrt(ids.length)))),
  }))
  const [made, setMade] = useState<Made | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ErrorData | null>(null)
  const change = (changes: Partial<LibrarySheet>) => setSheet({ ...sheet, ...changes })
  const doing = (action: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    void action()
      .catch((reason: unknown) => setError(toErrorData(reason)))
      .finally(() => setBusy(false))
  }
  const make = () => doing(async () => setMade({ of: sheet, ...(await call('librarySheet', sheet)) }))
  const saveAs = () =>
    doing(async () => {
      const saved = await call('librarySheetAs', sheet)
      if (saved === null) return
      notify(words().gallery.said.saved(saved.saved), 'good')
      closeDialog()
    })
  const fresh = made !== null && made.of === sheet
  const legend = new Set(sheet.legend)
  return (
    <Dialog label={t.title} title={t.title} size="min(900px, 94vw)" onClose={closeDialog}>
      <div className={styles.sheet}>
        <form
          className={styles.body}
          onSubmit={(event) => {
            event.preventDefault()
            make()
          }}
        >
          <label className={styles.title}>
            {t.heading}
            <input
              type="text"
              maxLength={200}
              value={sheet.title}
              placeholder={t.noHeading}
              data-autofocus
              onChange={(event) => change({ title: event.target.value })}
            />
          </label>
          <NumberSlider
            label={t.columns}
            value={sheet.columns}
            onChange={(columns) => change({ columns })}
            min={1}
            max={Math.min(50, ids.length)}
          />
          <NumberSlider
            label={t.picture}
            value={sheet.cell}
            onChange={(cell) => change({ cell })}
            min={32}
            max={1024}
            unit={t.unit}
            scale="log"
          />
          <fieldset className={styles.legend}>
            <legend>{t.legend}</legend>
            {legendFields.map((field) => (
              <label key={field}>
                <input
                  type="checkbox"
                  checked={legend.has(field)}
                  onChange={(event) => {
                    const chosen = (one: LegendField) => (one === field ? event.target.checked : legend.has(one))
                    change({ legend: legendFields.filter(chosen) })
                  }}
                />
                {t.fields[field]}
              </label>
            ))}
          </fieldset>
          {error === null ? null : <ErrorNote error={error} />}
          <div className={styles.foot}>
            <Button type="submit" disabled={busy || fresh}>
              {made === null ? t.look : t.again}
            </Button>
            {bridge().door === 'electron' ? (
              <Button kind="primary" size="small" disabled={busy} onClick={saveAs}>
                {t.saveAs}
              </Button>
            ) : (
              <a
                className={styles.save}
                href={fresh ? `${made.url}${made.url.includes('?') ? '&' : '?'}download` : undefined}
                download={made?.name}
                aria-disabled={!fresh}
              >
                {t.download}
              </a>
            )}
          </div>
        </form>
        <div className={styles.preview} data-old={made !== null && !fresh ? true : undefined}>
          {made === null ? (
            <p>{busy ? t.drawing : t.rows(ids.length, Math.ceil(ids.length / sheet.columns))}</p>
          ) : (
            <>
              <img src={resourceUrl(made.url)} alt={t.image} />
              <p>{t.pixels(made.width, made.height)}</p>
            </>
          )}
        </div>
      </div>
    </Dialog>
  )
}
