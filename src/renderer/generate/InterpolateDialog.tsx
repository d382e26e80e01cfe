import { useMemo, useState, type KeyboardEvent } from 'react'
import { IconArrowRight } from '@tabler/icons-react'
import type { Job } from '../../shared/api.ts'
import { toErrorData, type ErrorData } from '../../shared/errors.ts'
import { useWords } from '../i18n/index.ts'
import { call, resourceUrl } from '../state/client.ts'
import { generateStore } from '../state/generate.ts'
import { useApp } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { crispUpTo } from '../ui/crisp.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { NumberSlider } from '../ui/NumberSlider.tsx'
import { candidates, type Candidate } from './between.ts'
import styles from './InterpolateDialog.module.css'

const usual = 8

/** Choose where the frames lead, and how many there are. */
export function InterpolateDialog({
  job,
  index,
  onClose,
  onMade,
}: {
  readonly job: Job
  readonly index: number
  readonly onClose: () => void
  readonly onMade: () => void
}) {
  const t = useWords().generate.between
  const jobs = useApp((state) => state.jobs)
  const order = useApp((state) => state.order)
  const offered = useMemo(() => candidates(jobs, order, job, index), [jobs, order, job, index])
  const [chosen, setChosen] = useState<Candidate | null>(null)
  const [frames, setFrames] = useState(usual)
  const [refusal, setRefusal] = useState<ErrorData | null>(null)
  const own = job.images[index]
  // The one that the keys are at. Where news of a running job has made the list anew, it is known by what it refers to.
  const [reached, setReached] = useState<Candidate | null>(null)
  const stop = Math.max(
    0,
    offered.findIndex((one) => same(one, reached)),
  )
  const make = async (to: Candidate) => {
    try {
      const ends = { from: { job: job.id, image: index }, to: { job: to.job, image: to.image } }
      const made = await call('interpolate', { ...ends, count: frames })
      generateStore.setState({ shown: made.job, refusal: null })
      onMade()
    } catch (error) {
      setRefusal(toErrorData(error))
    }
  }
  return (
    <Dialog label={t.label} title={t.title} size="min(640px, 92vw)" onClose={onClose}>
      <div className={styles.dialog}>
        <p className={styles.help}>{t.help}</p>
        {offered.length === 0 ? (
          <p className={styles.none}>{t.none}</p>
        ) : (
          <ul className={styles.grid} aria-label={t.list}>
            {offered.map((one, i) => (
              <li key={`${one.job}/${one.image}`}>
                <button
                  type="button"
                  className={styles.cell}
                  tabIndex={i === stop ? 0 : -1}
                  data-autofocus={i === stop || undefined}
                  aria-pressed={same(one, chosen)}
                  aria-label={t.seed(one.seed)}
                  title={t.seed(one.seed)}
                  onFocus={() => setReached(one)}
                  onClick={() => setChosen(one)}
                  onKeyDown={moveFocus}
                >
                  <Shown url={one.url} width={one.width} />
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className={styles.foot}>
          <span className={styles.ends}>
            <Shown url={own?.url ?? null} width={own?.width ?? 0} />
            <IconArrowRight aria-hidden />
            <Shown url={chosen?.url ?? null} width={chosen?.width ?? 0} />
          </span>
          <div className={styles.count}>
            <NumberSlider label={t.frames} value={frames} onChange={setFrames} min={2} max={64} scale="log" defaultValue={usual} />
          </div>
          <Button kind="primary" disabled={chosen === null} onClick={() => chosen !== null && void make(chosen)}>
            {t.make(frames)}
          </Button>
        </div>
        {refusal === null ? null : <ErrorNote error={refusal} />}
      </div>
    </Dialog>
  )
}

const same = (one: Candidate, other: Candidate | null): boolean => one.job === other?.job && one.image === other.image

/** One stop of the Tab key for all of them: from one to the next go the arrows. */
function moveFocus(event: KeyboardEvent<HTMLButtonElement>): void {
  const list = event.currentTarget.closest('ul')
  if (list === null) return
  const cells = [...list.querySelectorAll('button')]
  const at = cells.indexOf(event.currentTarget)
  const row = getComputedStyle(list).gridTemplateColumns.split(' ').length
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row, Home: -at, End: cells.length - 1 - at }[event.key]
  if (by === undefined) return
  event.preventDefault()
  cells[at + by]?.focus()
}

function Shown({ url, width }: { readonly url: string | null; readonly width: number }) {
  if (url === null) return <span className={styles.blank} />
  return (
    <img
      className={`${styles.picture} ${width <= crispUpTo ? styles.crisp : ''}`}
      src={resourceUrl(url)}
      alt=""
      loading="lazy"
      draggable={false}
    />
  )
}
