import { useMemo, useState } from 'react'
import {
  IconArrowsShuffle,
  IconBrush,
  IconColumns3,
  IconCopy,
  IconDeviceFloppy,
  IconRoute,
  IconSeedling,
  IconTransitionRight,
} from '@tabler/icons-react'
import { samplers } from '../../core/index.ts'
import type { Job } from '../../shared/api.ts'
import type { Preview } from '../../shared/engine.ts'
import type { Trace } from '../../shared/trace.ts'
import { openInCompare } from '../compare/session.ts'
import { useWords, words } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { bridge, call, resourceUrl, upload } from '../state/client.ts'
import { count, deviceLabel, plain } from '../state/format.ts'
import { change, generateStore, run } from '../state/generate.ts'
import { openInInpaint } from '../state/inpaint-door.ts'
import { modelName, wanted } from '../state/jobs.ts'
import { has, isAdaptive, settingFacts, thresholdWords } from '../state/methods.ts'
import { drawSeed } from '../state/seed.ts'
import { attempt, notify, useApp } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { crispUpTo } from '../ui/crisp.ts'
import { LargePicture } from '../ui/LargePicture.tsx'
import { PreviewCanvas } from '../ui/PreviewCanvas.tsx'
import { HowItCame } from '../way/HowItCame.tsx'
import { isTraced, useTrace } from '../way/useTrace.ts'
import { previewAt, wayOf } from '../way/way.ts'
import { wayBetween } from './between.ts'
import { InterpolateDialog } from './InterpolateDialog.tsx'
import { stepWords } from './PictureCell.tsx'
import styles from './LargeView.module.css'

interface LargeViewProps {
  readonly job: Job
  readonly index: number
  readonly onIndex: (index: number) => void
  readonly onClose: () => void
}

/** One picture as large as the window allows, its recipe beside it. Arrows go to its neighbours, Escape back. */
export function LargeView({ job, index, onIndex, onClose }: LargeViewProps) {
  const t = useWords().generate.large
  const total = Math.max(wanted(job), job.images.length)
  const trace = useTrace(job)
  const way = useMemo(() => (trace === null || trace === undefined ? undefined : wayOf(trace, index)), [trace, index])
  // It stays where it is from picture to picture: the same step of each can be compared.
  const [at, setAt] = useState<number | null>(null)
  const [interpolating, setInterpolating] = useState(false)
  const estimate = useMemo(() => (way === undefined || at === null ? undefined : previewAt(way, at)), [way, at])
  if (interpolating) return <InterpolateDialog job={job} index={index} onClose={() => setInterpolating(false)} onMade={onClose} />
  return (
    <LargePicture
      label={t.place(index + 1, total)}
      heading={<h2>{t.heading(index + 1, total)}</h2>}
      at={index}
      total={total}
      onGo={onIndex}
      onClose={onClose}
      stage={
        <div className={styles.stage}>
          {estimate === undefined || at === null || way === undefined ? (
            <Picture job={job} index={index} />
          ) : (
            <Estimate preview={estimate} step={t.step(at + 1, way.length)} />
          )}
        </div>
      }
      below={
        !isTraced(job) ? undefined : way === undefined ? (
          <p className={styles.reading}>{wayWords(job, trace)}</p>
        ) : (
          <HowItCame way={way} at={at} onAt={setAt} end={typeof job.images[index]?.url === 'string' ? t.end : t.stopped} />
        )
      }
    >
      <Facts job={job} index={index} />
      <Actions job={job} index={index} onClose={onClose} onInterpolate={() => setInterpolating(true)} />
    </LargePicture>
  )
}

/** Why there is no way to show. */
function wayWords({ status }: Job, trace: Trace | null | undefined): string {
  const t = words().generate.large
  if (trace === null) return t.reading
  return status === 'done' ? t.gone : t.none
}

function Picture({ job, index }: { readonly job: Job; readonly index: number }) {
  const t = useWords().generate.large
  const preview = useApp((state) => state.previews[job.id]?.[index])
  const image = job.images[index]
  if (image !== undefined && image.url !== null) {
    const crisp = image.width <= crispUpTo ? styles.crisp : ''
    return <img className={`${styles.picture} ${crisp}`} src={resourceUrl(image.url)} alt={t.alt(image.seed)} draggable={false} />
  }
  if (preview === undefined) return <p className={styles.none}>{stepWords(job, preview)}</p>
  return (
    <>
      <PreviewCanvas preview={preview} className={`${styles.picture} ${styles.crisp}`} label={stepWords(job, preview)} />
      <span className={styles.caption}>{stepWords(job, preview)}</span>
    </>
  )
}

/** The clean estimate of a step, labelled as such. */
function Estimate({ preview, step }: { readonly preview: Preview; readonly step: string }) {
  const t = useWords().generate.large
  return (
    <>
      <PreviewCanvas preview={preview} className={`${styles.picture} ${styles.crisp}`} label={t.estimateAlt(step)} />
      <span className={styles.caption}>{t.estimate(step)}</span>
    </>
  )
}

/** The recipe in words: what the run was, not what the inspector says now. */
function Facts({ job, index }: { readonly job: Job; readonly index: number }) {
  const { facts: t } = useWords().generate.large
  const models = useApp((state) => state.models)
  if (job.request.kind !== 'generate') return null
  const { settings } = job.request
  const image = job.images[index]
  const between = wayBetween(job, index)
  const entry = samplers[settings.sampler]
  const facts: readonly (readonly [string, string] | null)[] = [
    [t.seed, String(image?.seed ?? settings.seed + index)],
    between === undefined ? null : [t.way, `${Math.round(between * 100)} %`],
    [t.model, modelName(models, settings.model)],
    [t.sampler, said(entry?.label ?? settings.sampler)],
    isAdaptive(entry) ? null : [t.steps, `${count(settings.steps)}, ${said(settings.spacing)}`],
    has(entry, 'eta') ? [t.eta, plain(settings.eta)] : null,
    has(entry, 'variance') ? [t.variance, said(settings.variance)] : null,
    ...settingFacts(entry, settings.settings),
    [t.threshold, thresholdWords(settings)],
    [t.calls, job.report === null ? '—' : count(job.report.recipe.nfe)],
    [t.batch, count(settings.batch)],
    [t.device, job.device === null ? '—' : deviceLabel(job.device)],
    image === undefined || image.width === 0 ? null : [t.size, `${image.width} × ${image.height}`],
  ]
  return (
    <dl className={styles.facts}>
      {facts.map((fact) =>
        fact === null ? null : (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd className="mono">{fact[1]}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

function Actions({
  job,
  index,
  onClose,
  onInterpolate,
}: {
  readonly job: Job
  readonly index: number
  readonly onClose: () => void
  readonly onInterpolate: () => void
}) {
  const t = useWords().generate.large
  if (job.request.kind !== 'generate') return null
  const { settings } = job.request
  const url = job.images[index]?.url ?? null
  // A frame began between two noises: its seed alone would make another picture.
  const frame = wayBetween(job, index) !== undefined
  const close = (action: () => void) => () => {
    onClose()
    action()
  }
  return (
    <div className={styles.actions}>
      <Button
        icon={<IconCopy aria-hidden />}
        title={t.sameHelp}
        onClick={close(() => {
          change(settings)
          generateStore.setState({ seedLocked: true })
          notify(t.sameDone)
        })}
      >
        {t.same}
      </Button>
      {frame ? null : (
        <Button
          icon={<IconArrowsShuffle aria-hidden />}
          title={t.varyHelp}
          onClick={close(() => attempt(() => run({ ...settings, seed: drawSeed() })))}
        >
          {t.vary}
        </Button>
      )}
      {frame ? null : (
        <Button icon={<IconSeedling aria-hidden />} title={t.noiseHelp} onClick={close(() => takeNoise(job, index))}>
          {t.noise}
        </Button>
      )}
      <Button icon={<IconTransitionRight aria-hidden />} title={t.interpolateHelp} disabled={url === null} onClick={onInterpolate}>
        {t.interpolate}
      </Button>
      {frame || isTraced(job) || url === null ? null : (
        <Button
          icon={<IconRoute aria-hidden />}
          title={t.recordHelp}
          onClick={close(() => attempt(() => run({ ...settings, seed: seedOf(job, index), count: 1, trace: true })))}
        >
          {t.record}
        </Button>
      )}
      {bridge().door === 'electron' ? (
        <Button icon={<IconDeviceFloppy aria-hidden />} disabled={url === null} onClick={() => attempt(() => save(job.id, index))}>
          {t.save}
        </Button>
      ) : (
        <a
          className={styles.link}
          href={url === null ? undefined : resourceUrl(`${url}?download`)}
          download
          aria-disabled={url === null}
        >
          <IconDeviceFloppy aria-hidden /> {t.save}
        </a>
      )}
      <Button
        icon={<IconBrush aria-hidden />}
        disabled={url === null}
        onClick={() => url !== null && attempt(() => sendToInpaint(url, fileName(job, index)).then(onClose))}
      >
        {t.inpaint}
      </Button>
      {frame ? null : (
        <Button
          icon={<IconColumns3 aria-hidden />}
          title={t.compareHelp}
          onClick={close(() => openInCompare(settings, seedOf(job, index)))}
        >
          {t.compare}
        </Button>
      )}
    </div>
  )
}

const seedOf = (job: Job, index: number): number => job.images[index]?.seed ?? job.request.settings.seed + index

/** Its seed is its noise. Everything else in the controls stays as it is. */
function takeNoise(job: Job, index: number): void {
  change({ seed: seedOf(job, index), count: 1 })
  generateStore.setState({ seedLocked: true })
  notify(words().generate.large.noiseDone)
}

const fileName = (job: Job, index: number): string => `${job.request.settings.model}-seed-${job.images[index]?.seed ?? index}.png`

async function save(job: string, image: number): Promise<void> {
  const answer = await call('saveAs', { job, image })
  if (answer !== null) notify(words().generate.large.saved(answer.saved), 'good')
}

/** The picture's own bytes become a photo like any other. */
async function sendToInpaint(url: string, name: string): Promise<void> {
  const reply = await fetch(resourceUrl(url))
  if (!reply.ok) throw new Error(words().generate.large.unreadable)
  openInInpaint(await upload(new File([await reply.blob()], name, { type: 'image/png' })))
}
