import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Job } from '../../shared/api.ts'
import type { ErrorData } from '../../shared/errors.ts'
import { windowCount } from '../../shared/windows.ts'
import { EditorCanvas } from '../editor/EditorCanvas.tsx'
import { type Messages, useWords } from '../i18n/index.ts'
import { useCommands } from '../state/commands.ts'
import { useEstimate } from '../state/estimate.ts'
import { setDocument } from '../state/frame.ts'
import { takePhotoToOpen, usePhotoToOpen } from '../state/inpaint-door.ts'
import { useApp } from '../state/store.ts'
import { drawSeed, Screen } from '../ui/index.ts'
import { inpaintCommands } from './commands.ts'
import { costOf, picturesIn, refusalOf, requestOf, sharedBatch, visited, walkedOf, walkOf } from './draft.ts'
import { CameFrom } from './CameFrom.tsx'
import { EmptyInpaint } from './EmptyInpaint.tsx'
import { type Fill, fillJobs, fillsOf, keyOf, type PickedFill } from './fills.ts'
import { FillStrip } from './FillStrip.tsx'
import { Footer, type Outside } from './Footer.tsx'
import styles from './InpaintScreen.module.css'
import { Inspector } from './Inspector.tsx'
import { askForMany, ManyDialog } from './ManyDialog.tsx'
import { OptionsBar } from './OptionsBar.tsx'
import { useScene } from './scene.ts'
import { changeDraft, followJob, openFile, openPhoto, type OpenPhoto, session, startFill, useInpaint } from './session.ts'
import { PhotoNotices } from './PhotoNotices.tsx'
import { Problem } from './Problem.tsx'
import { ToolStrip } from './ToolStrip.tsx'
import { useFiles } from './useFiles.ts'
import { useFillPlan } from './useFillPlan.ts'
import { useFillWay } from './useFillWay.ts'
import { useHeat } from './useHeat.ts'
import { WipeHandle } from './WipeHandle.tsx'

const accepted = 'image/jpeg,image/png,image/webp,image/tiff,image/avif,image/gif,.jpg,.jpeg,.png,.webp,.tif,.tiff,.avif,.gif'

const fileInput = 'inpaint-file'
const choose = () => document.getElementById(fileInput)?.click()

type DoneFill = Extract<Fill, { kind: 'done' }>

/** Open a photograph, paint what should go, fill it, choose among the fills. */
export function InpaintScreen() {
  const t = useWords()
  const place = useRef<HTMLDivElement>(null)
  const open = useInpaint((state) => state.open)
  const draft = useInpaint((state) => state.draft)
  const picked = useInpaint((state) => state.picked)
  const rejected = useInpaint((state) => state.rejected)
  const empty = useInpaint((state) => state.empty)
  const error = useInpaint((state) => state.error)
  const models = useApp((state) => state.models)
  const { fills, running, jobs, rejectedHere } = useFills(open, rejected)
  const model = models?.find(({ id }) => id === draft.model)
  const estimate = useEstimate(draft.model === '' ? null : draft.model, draft.device, sharedBatch(draft))
  const walked = useMemo(() => walkedOf(draft, model), [draft, model])
  const {
    walk,
    problem: noWalk,
    remark,
  } = useMemo(() => walkOf(draft.method, visited(walked, draft, model)), [draft, model, walked])
  const refusal = open === null ? undefined : refusalOf(draft, model, open.photo.info, walked.problem ?? noWalk)
  const settings = useMemo(
    () =>
      open === null || model === undefined || refusal !== undefined
        ? undefined
        : requestOf(draft, model, open.photo.info, open.light),
    [open, model, refusal, draft],
  )
  const planned = useFillPlan(open?.photo.id ?? null, (model?.card ?? null) === null ? '' : draft.model, draft.blend, settings)
  const { crops, runs } = planned.plan
  const costAt = (perCall: number | null) => costOf(draft, walk, windowCount(crops), perCall, picturesIn(crops, model?.card), runs)
  const cost = costAt(estimate?.reckoned.least ?? null)
  const most = costAt(estimate?.reckoned.most ?? null).seconds
  const time = cost.seconds === null || most === null ? null : { least: cost.seconds * 1000, most: most * 1000 }
  const chosen = fills.find((fill): fill is DoneFill => fill.kind === 'done' && picked !== null && keyOf(fill) === keyOf(picked))

  const [seen, setSeen] = useState<ErrorData | null>(null)
  const unplanned = refusal === undefined && planned.error !== seen ? planned.error : null
  const problem = error ?? unplanned

  useFiles(place)
  useWaitingPhoto()
  useFirstModel()
  useEffect(() => followJob(jobs), [jobs])
  useEffect(() => {
    setDocument(open === null ? t.screens.inpaint : documentWords(open, t))
    return () => setDocument('')
  }, [open, t])

  const ready = open !== null && refusal === undefined && !empty
  const fill = useCallback(() => void startFill(drawSeed), [])
  useCommands(useMemo(() => inpaintCommands(open, { fill, openFile: choose }), [open, fill]))

  return (
    <div ref={place} className={styles.place}>
      <Screen
        label={t.screens.inpaint}
        main={
          open === null ? (
            <EmptyInpaint onOpen={choose} />
          ) : (
            <Table open={open} crops={planned.plan.crops} chosen={chosen} running={running} fills={fills} rejected={rejectedHere} />
          )
        }
        inspector={
          <Inspector
            open={open}
            model={model}
            refusal={refusal}
            plan={{ walked, walk, remark, calls: cost.calls }}
            done={running === undefined ? null : doneOf(running)}
            counting={running?.progress?.effectiveSampleSize ?? null}
          />
        }
        footer={
          <Footer
            cost={cost}
            time={time}
            crops={planned.plan.crops}
            reason={
              open === null
                ? t.inpaint.foot.openFirst
                : ((refusal?.kind === 'grey' ? t.inpaint.foot.greyFirst : refusal?.message) ??
                  (empty ? t.inpaint.foot.paintFirst : undefined))
            }
            outside={chosen === undefined ? undefined : outsideOf(chosen, jobs[chosen.job])}
            running={running}
            onFill={fill}
            onMany={askForMany}
            ready={ready}
          />
        }
      />
      {open === null || problem === null ? null : (
        <div className={styles.error}>
          <Problem
            message={problem.message}
            onClose={() => (error === null ? setSeen(unplanned) : session.setState({ error: null }))}
          />
        </div>
      )}
      <input
        id={fileInput}
        type="file"
        accept={accepted}
        hidden
        aria-label={t.inpaint.fileToOpen}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file !== undefined) void openFile(file)
        }}
      />
      <div className={styles.drop} aria-hidden>
        {t.inpaint.drop}
      </div>
    </div>
  )
}

/** The photograph with everything that floats over it. */
function Table(props: {
  readonly open: OpenPhoto
  readonly crops: Parameters<typeof useScene>[1]
  readonly chosen: DoneFill | undefined
  readonly running: Job | undefined
  readonly fills: readonly Fill[]
  readonly rejected: number
}) {
  const { open, crops, chosen, running, fills, rejected } = props
  const t = useWords().inpaint
  const preview = fills.find((fill) => fill.kind === 'running')?.preview
  const fillWay = useFillWay(chosen)
  const heat = useHeat(fills)
  const scene = useScene(open, crops, chosen, running, preview, fillWay?.looked, heat.shown)
  const opening = useInpaint((state) => state.opening)
  return (
    <>
      <h2 className="unseen">{open.photo.name}</h2>
      <EditorCanvas editor={open.editor} scene={scene} onLeave={leaveCanvas} />
      <ToolStrip editor={open.editor} onOpen={choose} />
      <OptionsBar open={open} />
      {chosen === undefined || heat.shown !== null ? null : <WipeHandle editor={open.editor} />}
      {open.from === undefined ? null : <CameFrom photo={open.from.photo} />}
      <PhotoNotices notices={open.photo.info.notices} />
      {opening === null ? null : <output className={styles.opening}>{t.opening(opening)}</output>}
      <FillStrip fills={fills} rejected={rejected} fillWay={fillWay} heat={heat} />
      <ManyDialog open={open} />
    </>
  )
}

function documentWords({ photo: { name, info } }: OpenPhoto, t: Messages): string {
  return t.inpaint.document(name, info.width, info.height, info.depth, info.channels <= 2)
}

/** Escape and F6: on to the tools, so that the keyboard is never caught. */
function leaveCanvas(): void {
  document.querySelector<HTMLElement>('[role="toolbar"][data-tools] button')?.focus()
}

function outsideOf({ picture: { changedOutside } }: DoneFill, job: Job | undefined): Outside | undefined {
  const grey = job?.request.kind === 'inpaint' && job.request.settings.asGrey
  return changedOutside === undefined ? undefined : { changed: changedOutside, grey }
}

function doneOf(job: Job): number | null {
  return job.progress === null ? null : job.progress.calls / Math.max(1, job.progress.callsTotal)
}

const noJobs: Readonly<Record<string, Job>> = {}

function useFills(open: OpenPhoto | null, rejected: ReadonlySet<string>) {
  const jobs = useApp((state) => state.jobs)
  const order = useApp((state) => state.order)
  const previews = useApp((state) => state.previews)
  const windows = useInpaint((state) => state.windows)
  return useMemo(() => {
    if (open === null) return { fills: [], running: undefined, jobs: noJobs, rejectedHere: 0 }
    const own = fillJobs(jobs, order, open.photo.id)
    const fills = fillsOf(own, previews, rejected, windows)
    const rejectedHere = own
      .flatMap((job) => job.images.map((_, image): PickedFill => ({ job: job.id, image })))
      .filter((fill) => rejected.has(keyOf(fill))).length
    return { fills, running: own.find(({ status }) => status === 'running'), jobs, rejectedHere }
  }, [open, jobs, order, previews, rejected, windows])
}

/** A picture sent here from another screen. */
function useWaitingPhoto(): void {
  const waiting = usePhotoToOpen()
  useEffect(() => {
    if (waiting === null) return
    const id = takePhotoToOpen()
    if (id !== null) void openPhoto(id)
  }, [waiting])
}

/** The first sound model is chosen when none is, or when the chosen one is gone. */
function useFirstModel(): void {
  const models = useApp((state) => state.models)
  const chosen = useInpaint((state) => state.draft.model)
  useEffect(() => {
    if (models === null || models.some(({ id }) => id === chosen)) return
    const first = models.find(({ card }) => card?.task === 'denoiser')
    if (first !== undefined) changeDraft({ model: first.id })
  }, [models, chosen])
}
