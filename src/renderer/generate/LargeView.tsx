import { useMemo, useState, type KeyboardEvent } from 'react'
import {
  IconArrowsShuffle,
  IconBrush,
  IconColumns3,
  IconChevronLeft,
  IconChevronRight,
  IconCopy,
  IconDeviceFloppy,
  IconRoute,
  IconSeedling,
  IconTransitionRight,
  IconX,
} from '@tabler/icons-react'
import { samplers } from '../../core/index.ts'
import type { Job } from '../../shared/api.ts'
import type { Preview } from '../../shared/engine.ts'
import type { Trace } from '../../shared/trace.ts'
import { openInCompare } from '../compare/session.ts'
import { bridge, call, resourceUrl, upload } from '../state/client.ts'
import { count, deviceLabel } from '../state/format.ts'
import { change, generateStore, run } from '../state/generate.ts'
import { openInInpaint } from '../state/inpaint-door.ts'
import { modelName, wanted } from '../state/jobs.ts'
import { has, isAdaptive, settingFacts, thresholdWords } from '../state/methods.ts'
import { drawSeed } from '../state/seed.ts'
import { attempt, notify, useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { PreviewCanvas } from '../ui/PreviewCanvas.tsx'
import { HowItCame } from '../way/HowItCame.tsx'
import { isTraced, useTrace } from '../way/useTrace.ts'
import { previewAt, wayOf } from '../way/way.ts'
import { wayBetween } from './between.ts'
import { InterpolateDialog } from './InterpolateDialog.tsx'
import { crispUpTo, stepWords } from './PictureCell.tsx'
import styles from './LargeView.module.css'

interface LargeViewProps {
  readonly job: Job
  readonly index: number
  readonly onIndex: (index: number) => void
  readonly onClose: () => void
}

/** One picture as large as the window allows, its recipe beside it. Arrows go to its neighbours, Escape back. */
export function LargeView({ job, index, onIndex, onClose }: LargeViewProps) {
  const total = Math.max(wanted(job), job.images.length)
  const go = (to: number) => to >= 0 && to < total && onIndex(to)
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: total - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    go(to)
  }
  const trace = useTrace(job)
  const way = useMemo(() => (trace === null || trace === undefined ? undefined : wayOf(trace, index)), [trace, index])
  // It stays where it is from picture to picture: the same step of each can be compared.
  const [at, setAt] = useState<number | null>(null)
  const [interpolating, setInterpolating] = useState(false)
  const estimate = useMemo(() => (way === undefined || at === null ? undefined : previewAt(way, at)), [way, at])
  if (interpolating) return <InterpolateDialog job={job} index={index} onClose={() => setInterpolating(false)} onMade={onClose} />
  return (
    <Dialog label={`Picture ${index + 1} of ${total}`} size="min(1480px, 92vw)" onClose={onClose} onKeyDown={onKeyDown}>
      <div className={styles.view}>
        <div className={styles.stage}>
          {estimate === undefined || at === null || way === undefined ? (
            <Picture job={job} index={index} />
          ) : (
            <Estimate preview={estimate} words={`step ${count(at + 1)} of ${count(way.length)}`} />
          )}
          <IconButton
            size="large"
            className={styles.before}
            label="Previous picture"
            aria-disabled={index === 0}
            onClick={() => go(index - 1)}
          >
            <IconChevronLeft aria-hidden />
          </IconButton>
          <IconButton
            size="large"
            className={styles.after}
            label="Next picture"
            aria-disabled={index === total - 1}
            onClick={() => go(index + 1)}
          >
            <IconChevronRight aria-hidden />
          </IconButton>
        </div>
        {isTraced(job) ? (
          <div className={styles.way}>
            {way === undefined ? (
              <p className={styles.reading}>{wayWords(job, trace)}</p>
            ) : (
              <HowItCame
                way={way}
                at={at}
                onAt={setAt}
                end={typeof job.images[index]?.url === 'string' ? 'the picture' : 'where it stopped'}
              />
            )}
          </div>
        ) : null}
        <div className={styles.side}>
          <div className={styles.head}>
            <h2>
              Picture {count(index + 1)} of {count(total)}
            </h2>
            <IconButton label="Close" data-autofocus onClick={onClose}>
              <IconX aria-hidden />
            </IconButton>
          </div>
          <Facts job={job} index={index} />
          <Actions job={job} index={index} onClose={onClose} onInterpolate={() => setInterpolating(true)} />
        </div>
      </div>
    </Dialog>
  )
}

/** Why there is no way to show. */
function wayWords({ status }: Job, trace: Trace | null | undefined): string {
  if (trace === null) return 'Reading how it came…'
  return status === 'done' ? 'How it came can no longer be read.' : 'The run ended before a step of this picture was recorded.'
}

function Picture({ job, index }: { readonly job: Job; readonly index: number }) {
  const preview = useApp((state) => state.previews[job.id]?.[index])
  const image = job.images[index]
  if (image !== undefined && image.url !== null) {
    const crisp = image.width <= crispUpTo ? styles.crisp : ''
    return (
      <img className={`${styles.picture} ${crisp}`} src={resourceUrl(image.url)} alt={`Seed ${image.seed}`} draggable={false} />
    )
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
function Estimate({ preview, words }: { readonly preview: Preview; readonly words: string }) {
  return (
    <>
      <PreviewCanvas preview={preview} className={`${styles.picture} ${styles.crisp}`} label={`The estimate at ${words}`} />
      <span className={styles.caption}>estimate at {words}</span>
    </>
  )
}

/** The recipe in words: what the run was, not what the inspector says now. */
function Facts({ job, index }: { readonly job: Job; readonly index: number }) {
  const models = useApp((state) => state.models)
  if (job.request.kind !== 'generate') return null
  const { settings } = job.request
  const image = job.images[index]
  const between = wayBetween(job, index)
  const entry = samplers[settings.sampler]
  const facts: readonly (readonly [string, string] | null)[] = [
    ['Seed', String(image?.seed ?? settings.seed + index)],
    between === undefined ? null : ['Of the way', `${Math.round(between * 100)} %`],
    ['Model', modelName(models, settings.model)],
    ['Sampler', entry?.label ?? settings.sampler],
    isAdaptive(entry) ? null : ['Steps', `${count(settings.steps)}, ${settings.spacing}`],
    has(entry, 'eta') ? ['Eta', String(settings.eta)] : null,
    has(entry, 'variance') ? ['Variance', settings.variance] : null,
    ...settingFacts(entry, settings.settings),
    ['Threshold', thresholdWords(settings)],
    ['Model calls', job.report === null ? '—' : count(job.report.recipe.nfe)],
    ['Batch', count(settings.batch)],
    ['Device', job.device === null ? '—' : deviceLabel(job.device)],
    image === undefined || image.width === 0 ? null : ['Size', `${image.width} × ${image.height}`],
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
        title="Put this run's settings and seed into the controls"
        onClick={close(() => {
          change(settings)
          generateStore.setState({ seedLocked: true })
          notify('The settings of this run are back in the controls, seed locked.')
        })}
      >
        Same settings
      </Button>
      {frame ? null : (
        <Button
          icon={<IconArrowsShuffle aria-hidden />}
          title="Run the same settings with a new seed"
          onClick={close(() => attempt(() => run({ ...settings, seed: drawSeed() })))}
        >
          Vary
        </Button>
      )}
      {frame ? null : (
        <Button
          icon={<IconSeedling aria-hidden />}
          title="Put its start noise into the controls: the same noise, and whatever else you change"
          onClick={close(() => takeNoise(job, index))}
        >
          Use its noise
        </Button>
      )}
      <Button
        icon={<IconTransitionRight aria-hidden />}
        title="A strip of pictures from this one to another"
        disabled={url === null}
        onClick={onInterpolate}
      >
        Interpolate with…
      </Button>
      {frame || isTraced(job) || url === null ? null : (
        <Button
          icon={<IconRoute aria-hidden />}
          title="Make this picture again and record every step of it"
          onClick={close(() => attempt(() => run({ ...settings, seed: seedOf(job, index), count: 1, trace: true })))}
        >
          Record how it came
        </Button>
      )}
      {bridge().door === 'electron' ? (
        <Button icon={<IconDeviceFloppy aria-hidden />} disabled={url === null} onClick={() => attempt(() => save(job.id, index))}>
          Save…
        </Button>
      ) : (
        <a
          className={styles.link}
          href={url === null ? undefined : resourceUrl(`${url}?download`)}
          download
          aria-disabled={url === null}
        >
          <IconDeviceFloppy aria-hidden /> Save…
        </a>
      )}
      <Button
        icon={<IconBrush aria-hidden />}
        disabled={url === null}
        onClick={() => url !== null && attempt(() => sendToInpaint(url, fileName(job, index)).then(onClose))}
      >
        Send to Inpaint
      </Button>
      {frame ? null : (
        <Button
          icon={<IconColumns3 aria-hidden />}
          title="Vary its settings, on its noise"
          onClick={close(() => openInCompare(settings, seedOf(job, index)))}
        >
          Send to Compare
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
  notify('The noise of this picture is in the controls: its seed, locked. Change what you like and generate.')
}

const fileName = (job: Job, index: number): string => `${job.request.settings.model}-seed-${job.images[index]?.seed ?? index}.png`

async function save(job: string, image: number): Promise<void> {
  const answer = await call('saveAs', { job, image })
  if (answer !== null) notify(`Saved as ${answer.saved}`, 'good')
}

/** The picture's own bytes become a photo like any other. */
async function sendToInpaint(url: string, name: string): Promise<void> {
  const reply = await fetch(resourceUrl(url))
  if (!reply.ok) throw new Error('This picture can no longer be read.')
  openInInpaint(await upload(new File([await reply.blob()], name, { type: 'image/png' })))
}
