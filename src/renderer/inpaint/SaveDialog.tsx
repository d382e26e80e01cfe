import { useState } from 'react'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import type { SaveSettings } from '../../shared/request.ts'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { bridge } from '../state/client.ts'
import { bytes } from '../state/format.ts'
import { useApp } from '../state/store.ts'
import { Button, NumberSlider, Segmented, Toggle } from '../ui/index.ts'
import { Dialog } from '../ui/Dialog.tsx'
import type { PickedFill } from './fills.ts'
import { Problem } from './Problem.tsx'
import styles from './SaveDialog.module.css'
import { changeSaving, keepsValues, promiseOf, proofOf, type SavedAs, saveFill, stopSaving, useSaving } from './saving.ts'
import { useInpaint } from './session.ts'

const formats: readonly { readonly value: SaveSettings['format']; readonly label: string }[] = [
  { value: 'png', label: 'PNG' },
  { value: 'tiff', label: 'TIFF' },
  { value: 'webp', label: 'WebP' },
  { value: 'jpeg', label: 'JPEG' },
]

/** Where the fill of the strip is saved from: asks how, saves, and says what was counted in the file. */
export function SaveDialog() {
  const fill = useSaving((state) => state.fill)
  return fill === null ? null : <Asked key={`${fill.job}/${fill.image}`} fill={fill} />
}

type State =
  | { readonly kind: 'asking'; readonly error: ErrorData | null }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved'; readonly as: SavedAs }

function Asked({ fill }: { readonly fill: PickedFill }) {
  const t = useWords().inpaint.save
  const settings = useSaving((state) => state.settings)
  const depth = useInpaint((state) => state.open?.photo.info.depth ?? 8)
  const grey = useApp(({ jobs }) => {
    const request = jobs[fill.job]?.request
    return request?.kind === 'inpaint' && request.settings.asGrey
  })
  const [state, setState] = useState<State>({ kind: 'asking', error: null })
  const save = async () => {
    setState({ kind: 'saving' })
    try {
      const as = await saveFill(fill, settings)
      setState(as === null ? { kind: 'asking', error: null } : { kind: 'saved', as })
    } catch (error) {
      setState({ kind: 'asking', error: toErrorData(error) })
    }
  }
  return (
    <Dialog label={t.title} title={t.title} size="min(440px, 92vw)" onClose={stopSaving}>
      {state.kind === 'saved' ? (
        <Saved as={state.as} grey={grey} />
      ) : (
        <form
          className={styles.dialog}
          onSubmit={(event) => {
            event.preventDefault()
            if (state.kind === 'asking') void save()
          }}
        >
          <Fields settings={settings} />
          <p className={styles.promise} data-tone={keepsValues(settings, depth) ? undefined : 'warn'}>
            {promiseOf(settings, depth)}
          </p>
          {state.kind === 'asking' && state.error !== null ? <Problem message={state.error.message} /> : null}
          <div className={styles.foot}>
            <Button onClick={stopSaving}>{t.cancel}</Button>
            <Button kind="primary" type="submit" disabled={state.kind === 'saving'} data-autofocus>
              {state.kind === 'saving' ? t.saving : bridge().door === 'electron' ? t.saveAs : t.download}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

function Fields({ settings }: { readonly settings: SaveSettings }) {
  const t = useWords().inpaint.save
  const { what, format, lossless, quality, recipe, exif, gps } = settings
  return (
    <>
      <Segmented
        label={t.what}
        value={what}
        options={[
          { value: 'picture', label: t.whats.picture },
          { value: 'layer', label: t.whats.layer },
        ]}
        onChange={(value) => changeSaving({ what: value })}
      />
      <Segmented
        label={t.format}
        value={format}
        options={formats.map((one) => ({ ...one, disabled: what === 'layer' && one.value === 'jpeg' }))}
        onChange={(value) => changeSaving({ format: value })}
      />
      {format === 'webp' ? (
        <Toggle label={t.lossless} checked={lossless} onChange={(value) => changeSaving({ lossless: value })} />
      ) : null}
      {format === 'jpeg' || (format === 'webp' && !lossless) ? (
        <NumberSlider
          label={t.quality}
          value={quality}
          onChange={(value) => changeSaving({ quality: value })}
          min={1}
          max={100}
          defaultValue={92}
        />
      ) : null}
      {format === 'png' && what === 'picture' ? (
        <Toggle label={t.recipe} checked={recipe} onChange={(value) => changeSaving({ recipe: value })} />
      ) : null}
      {format === 'tiff' ? null : <Toggle label={t.exif} checked={exif} onChange={(value) => changeSaving({ exif: value })} />}
      {format === 'tiff' || !exif ? null : (
        <Toggle label={t.gps} checked={gps} onChange={(value) => changeSaving({ gps: value })} />
      )}
    </>
  )
}

/** The proof: not what the format promises, but what the file holds. */
function Saved({ as: { name, picture }, grey }: { readonly as: SavedAs; readonly grey: boolean }) {
  const t = useWords().inpaint.save
  const proof = proofOf(picture)
  const [before, figures, after] = t.proof(proof?.changed ?? 0, proof?.of ?? '', grey)
  return (
    <div className={styles.dialog}>
      <p className={styles.saved}>{t.savedAs(name)}</p>
      {proof === undefined ? null : (
        <p className={styles.proof} data-tone={proof.changed === 0 ? 'good' : 'bad'}>
          {proof.changed === 0 ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
          <span>
            {before}
            <b>{figures}</b>
            {after}
          </span>
        </p>
      )}
      {picture.notices.map((notice) => (
        <p key={notice} className={styles.promise}>
          {said(notice)}
        </p>
      ))}
      <p className={`mono ${styles.facts}`}>
        {bytes(picture.bytes)} · sha256 {picture.sha256.slice(0, 16)}…
      </p>
      <div className={styles.foot}>
        <Button kind="primary" onClick={stopSaving} data-autofocus>
          {t.done}
        </Button>
      </div>
    </div>
  )
}
