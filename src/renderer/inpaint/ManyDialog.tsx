import { IconPhotoPlus } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Photo } from '../../shared/api.ts'
import { type ErrorData, PalimpsestError, toErrorData } from '../../shared/errors.ts'
import { useWords, words } from '../i18n/index.ts'
import { call, upload } from '../state/client.ts'
import { appStore, notify } from '../state/store.ts'
import { Button, Segmented } from '../ui/index.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { requestOf } from './draft.ts'
import { askedWords, leftOut } from './many.ts'
import styles from './ManyDialog.module.css'
import { Problem } from './Problem.tsx'
import { coarsestTile, type OpenPhoto, session } from './session.ts'

/** The mask of the photograph on the table, on others: a scan's scratch that is on every frame, a logo in the corner of all of them. */

const asking = createStore<{ readonly open: boolean }>(() => ({ open: false }))
export const askForMany = (): void => asking.setState({ open: true })
const stopAsking = (): void => asking.setState({ open: false })

type OtherSizes = 'skip' | 'scale'

export function ManyDialog({ open }: { readonly open: OpenPhoto }) {
  const shown = useStore(asking, (state) => state.open)
  return shown ? <Asked open={open} /> : null
}

function Asked({ open }: { readonly open: OpenPhoto }) {
  const t = useWords().inpaint.many
  const [photos, setPhotos] = useState<readonly Photo[] | null>(null)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [otherSizes, setOtherSizes] = useState<OtherSizes>('skip')
  const [busy, setBusy] = useState<string | null>(null)
  const [error, setError] = useState<ErrorData | null>(null)
  const fail = (problem: unknown) => setError(toErrorData(problem))
  const [looks, setLooks] = useState(0)
  useEffect(() => {
    call('photos', {}).then(
      (all) => setPhotos(all.filter(({ id }) => id !== open.photo.id)),
      (problem: unknown) => setError(toErrorData(problem)),
    )
  }, [open, looks])
  const fits = ({ info }: Photo) => info.width === open.photo.info.width && info.height === open.photo.info.height
  const able = (photo: Photo) => otherSizes === 'scale' || fits(photo)
  const taken = (photos ?? []).filter((photo) => chosen.has(photo.id) && able(photo))
  const add = async (files: readonly File[]) => {
    setError(null)
    const problems: ErrorData[] = []
    for (const [i, file] of files.entries()) {
      setBusy(t.opening(file.name, i + 1, files.length))
      try {
        const id = await upload(file)
        setChosen((before) => new Set([...before, id]))
      } catch (problem) {
        problems.push(toErrorData(problem))
      }
    }
    const [first, ...others] = problems
    if (first !== undefined)
      setError(others.length === 0 ? first : { ...first, message: leftOut(problems.map(({ message }) => message)) })
    setBusy(null)
    setLooks((before) => before + 1)
  }
  const fill = async () => {
    setBusy(t.asking)
    setError(null)
    try {
      await fillMany(open, taken, otherSizes)
      stopAsking()
    } catch (problem) {
      fail(problem)
    }
    setBusy(null)
  }
  return (
    <Dialog label={t.title} title={t.title} size="min(640px, 92vw)" onClose={stopAsking}>
      <div className={styles.dialog}>
        <p className={styles.words}>{t.text}</p>
        <Segmented
          label={t.sizes}
          value={otherSizes}
          options={[
            { value: 'skip', label: t.skip },
            { value: 'scale', label: t.scale },
          ]}
          onChange={setOtherSizes}
        />
        {photos === null ? null : (
          <ul className={styles.photos} aria-label={t.photographs}>
            {photos.map((photo) => (
              <Row
                key={photo.id}
                photo={photo}
                chosen={chosen.has(photo.id)}
                able={able(photo)}
                onChange={(on) =>
                  setChosen((before) => new Set(on ? [...before, photo.id] : [...before].filter((id) => id !== photo.id)))
                }
              />
            ))}
          </ul>
        )}
        {photos?.length === 0 ? <p className={styles.words}>{t.none}</p> : null}
        {error === null ? null : <Problem message={error.message} onClose={() => setError(null)} />}
        <div className={styles.foot}>
          <Add onFiles={(files) => void add(files)} />
          <output className={styles.busy}>{busy}</output>
          <Button onClick={stopAsking}>{t.cancel}</Button>
          <Button kind="primary" disabled={taken.length === 0 || busy !== null} onClick={() => void fill()}>
            {t.fill(taken.length)}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

function Row(props: {
  readonly photo: Photo
  readonly chosen: boolean
  readonly able: boolean
  readonly onChange: (on: boolean) => void
}) {
  const { photo, chosen, able, onChange } = props
  const { width, height } = photo.info
  return (
    <li>
      <label className={styles.photo} data-chosen={chosen && able ? true : undefined} data-unable={able ? undefined : true}>
        <input type="checkbox" checked={chosen && able} disabled={!able} onChange={(event) => onChange(event.target.checked)} />
        <img src={coarsestTile(photo)} alt="" draggable={false} />
        <span className={styles.name}>{photo.name}</span>
        <small className="mono">
          {width} × {height}
        </small>
      </label>
    </li>
  )
}

function Add({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const t = useWords().inpaint.many
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button icon={<IconPhotoPlus aria-hidden />} onClick={() => input.current?.click()}>
        {t.add}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t.addLabel}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </>
  )
}

async function fillMany(open: OpenPhoto, photos: readonly Photo[], otherSizes: OtherSizes): Promise<void> {
  const { draft } = session.getState()
  await open.editor.settled()
  if (open.editor.isEmpty()) throw new PalimpsestError('request', words().inpaint.problems.nothingPainted)
  const model = appStore.getState().models?.find(({ id }) => id === draft.model)
  if (model === undefined) throw new PalimpsestError('request', words().inpaint.problems.noModel)
  await open.saver.flush()
  const coloured = open.photo.info.coloured || photos.some(({ info }) => info.coloured)
  const settings = requestOf(draft, model, { coloured }, open.light)
  const { jobs, skipped } = await call('inpaintMany', {
    photos: photos.map(({ id }) => id),
    mask: open.photo.id,
    otherSizes,
    settings,
  })
  const reasons = skipped.map(({ reason }) => reason)
  notify(askedWords(jobs.length, reasons), reasons.length === 0 ? 'good' : 'bad')
}
