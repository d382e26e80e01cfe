import { IconCheck, IconDownload, IconFlame, IconHeart, IconPhotoEdit, IconRoute, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { type Messages, useWords } from '../i18n/index.ts'
import { resourceUrl } from '../state/client.ts'
import { Button, IconButton } from '../ui/index.ts'
import { PreviewCanvas } from '../ui/PreviewCanvas.tsx'
import { closeUp, type Fill, fillTile, keyOf } from './fills.ts'
import styles from './FillStrip.module.css'
import { FillWayPanel } from './FillWayPanel.tsx'
import { HeatLegend } from './HeatLegend.tsx'
import { SaveDialog } from './SaveDialog.tsx'
import { askToSave } from './saving.ts'
import { continueFrom, forgetRejections, mark, pick, session, useInpaint } from './session.ts'
import type { FillWay } from './useFillWay.ts'
import type { Heat } from './useHeat.ts'

/** Of a thumbnail, as the style sheet has it. */
const box = { width: 116, height: 80 }

type DoneFill = Extract<Fill, { kind: 'done' }>

/** Every fill of this photograph: look at one, keep it, reject it, save it, go on from it. */
export function FillStrip({
  fills,
  rejected,
  fillWay,
  heat,
}: {
  readonly fills: readonly Fill[]
  readonly rejected: number
  readonly fillWay: FillWay | undefined
  readonly heat: Heat
}) {
  const t = useWords().inpaint.fills
  const picked = useInpaint((state) => state.picked)
  const chosen = fills.find((fill): fill is DoneFill => fill.kind === 'done' && picked !== null && keyOf(fill) === keyOf(picked))
  const wayShown = useInpaint((state) => state.way !== null)
  if (fills.length === 0 && rejected === 0) return null
  if (chosen !== undefined && fillWay !== undefined && wayShown) {
    return (
      <section className={styles.place} aria-label={t.label} data-over-canvas>
        <ChosenBar fill={chosen} traced heat={heat} />
        <FillWayPanel fillWay={fillWay} />
        <SaveDialog />
      </section>
    )
  }
  return (
    <section className={styles.place} aria-label={t.label} data-over-canvas>
      {heat.shown === null ? null : <HeatLegend heat={heat} />}
      {chosen === undefined ? null : <ChosenBar fill={chosen} traced={fillWay !== undefined} heat={heat} />}
      <SaveDialog />
      <div className={styles.strip}>
        {fills.map((fill) => (
          <Thumb key={keyOf(fill)} fill={fill} chosen={chosen !== undefined && keyOf(fill) === keyOf(chosen)} />
        ))}
        {rejected === 0 ? null : (
          <button type="button" className={styles.rejected} onClick={forgetRejections}>
            {t.showRejected(rejected)}
          </button>
        )}
      </div>
    </section>
  )
}

function Thumb({ fill, chosen }: { readonly fill: Fill; readonly chosen: boolean }) {
  const t = useWords().inpaint.fills
  const kept = useInpaint((state) => state.kept.has(keyOf(fill)))
  if (fill.kind !== 'done') {
    const words = waitingWords(fill, t)
    return (
      <div className={styles.thumb} data-waiting={fill.kind === 'waiting' ? true : undefined}>
        {fill.kind === 'running' ? (
          <PreviewCanvas preview={fill.preview} className={styles.picture} label={t.fill(fill.seed, words)} />
        ) : null}
        <small className={styles.caption}>{words}</small>
      </div>
    )
  }
  const { picture, seed, crops } = fill
  const { width, left, top } = closeUp(crops, picture, box)
  const level = (picture.levels?.length ?? 0) - 1
  const source = level < 0 ? picture.url : fillTile(picture.url, level, 0, 0)
  return (
    <button
      type="button"
      className={styles.thumb}
      aria-pressed={chosen}
      aria-label={t.fill(seed, kept ? t.isKept : '')}
      onClick={() => pick(chosen ? null : fill)}
    >
      <img
        className={styles.closeUp}
        style={{ width: `${width}%`, left: `${left}%`, top: `${top}%` }}
        src={resourceUrl(source)}
        alt=""
        draggable={false}
      />
      <small className={styles.caption}>
        {t.seed(seed)}
        {kept ? ` · ${t.isKept}` : ''}
      </small>
    </button>
  )
}

function waitingWords(fill: Exclude<Fill, DoneFill>, t: Messages['inpaint']['fills']): string {
  if (fill.kind === 'waiting') return t.waiting
  return fill.writing ? t.writing : t.step(fill.preview.step, fill.preview.steps)
}

/** What can be done with the fill that lies over the photograph. */
function ChosenBar({ fill, traced, heat }: { readonly fill: DoneFill; readonly traced: boolean; readonly heat: Heat }) {
  const t = useWords().inpaint.fills
  const kept = useInpaint((state) => state.kept.has(keyOf(fill)))
  const wipe = useInpaint((state) => state.wipe)
  const wayShown = useInpaint((state) => state.way !== null)
  return (
    <div className={styles.bar} role="toolbar" aria-label={t.fill(fill.seed, '')}>
      <Button
        kind="quiet"
        size="small"
        icon={kept ? <IconCheck aria-hidden /> : <IconHeart aria-hidden />}
        aria-pressed={kept}
        onClick={() => mark(fill, 'kept')}
      >
        {kept ? t.kept : t.keep}
      </Button>
      <Button kind="quiet" size="small" icon={<IconX aria-hidden />} onClick={() => reject(fill)}>
        {t.reject}
      </Button>
      <Button kind="quiet" size="small" aria-pressed={wipe > 0} onClick={() => session.setState({ wipe: wipe > 0 ? 0 : 0.5 })}>
        {t.wipe}
      </Button>
      {heat.count < 2 ? null : (
        <Button
          kind="quiet"
          size="small"
          icon={<IconFlame aria-hidden />}
          aria-pressed={heat.shown !== null}
          title={t.differencesTitle}
          onClick={() => session.setState({ heat: heat.shown === null })}
        >
          {t.differences}
        </Button>
      )}
      {traced ? (
        <Button
          kind="quiet"
          size="small"
          icon={<IconRoute aria-hidden />}
          aria-pressed={wayShown}
          title={t.wayTitle}
          onClick={() => session.setState({ way: wayShown ? null : { at: null, window: 0 } })}
        >
          {t.way}
        </Button>
      ) : null}
      <SaveButton fill={fill} />
      <Button
        kind="quiet"
        size="small"
        icon={<IconPhotoEdit aria-hidden />}
        onClick={() => void continueFrom(fill)}
        title={t.acceptTitle}
      >
        {t.accept}
      </Button>
      <IconButton size="small" label={t.back} onClick={() => pick(null)}>
        <IconX aria-hidden />
      </IconButton>
    </div>
  )
}

export function reject(fill: DoneFill): void {
  pick(null)
  mark(fill, 'rejected')
}

function SaveButton({ fill }: { readonly fill: DoneFill }): ReactNode {
  const t = useWords().inpaint.fills
  return (
    <Button kind="quiet" size="small" icon={<IconDownload aria-hidden />} onClick={() => askToSave(fill)} title={t.saveTitle}>
      {t.save}
    </Button>
  )
}
