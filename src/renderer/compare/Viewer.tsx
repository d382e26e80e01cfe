import { useEffect, useMemo, useState, type KeyboardEvent } from 'react'
import { IconMaximize, IconMinus, IconPlus, IconX } from '@tabler/icons-react'
import { picturesEach } from '../../shared/compare.ts'
import { useWords } from '../i18n/index.ts'
import { resourceUrl } from '../state/client.ts'
import { NumberSlider } from '../ui/NumberSlider.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { IconButton } from '../ui/Button.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { PreviewCanvas } from '../ui/PreviewCanvas.tsx'
import { previewAt, type WayStep } from '../way/way.ts'
import { differenceInto, measured, type Differences } from './difference.ts'
import { levelsOf, stepAt } from './lock-step.ts'
import { Pane } from './Pane.tsx'
import { compareStore, useCompare, type CompareJob } from './session.ts'
import { useWays } from './useWays.ts'
import { WayCharts } from './WayCharts.tsx'
import { cellWords, markWords, type Names } from './words.ts'
import { whole, zoomed, type Look, type Size } from './zoom.ts'
import styles from './Viewer.module.css'

type Mode = 'side' | 'wipe' | 'difference' | 'way'

const close = () => compareStore.setState({ viewing: false })

/** The chosen cells, large, under one look: side by side, wiped, as their difference, or on their way from noise. */
export function Viewer({ job, names }: { readonly job: CompareJob; readonly names: Names }) {
  const t = useWords().compare.viewer
  const chosen = useCompare((state) => state.chosen)
  const [mode, setMode] = useState<Mode>('side')
  const [look, setLook] = useState<Look>(whole)
  const [at, setAt] = useState<number | null>(null)
  const ways = useWays(job, chosen)
  const cells = chosen.filter((cell) => imageOf(job, cell)?.url !== null)
  const two = cells.length >= 2
  const traced = ways.some((way) => way !== undefined)
  const [first = 0, second = first] = cells
  const picture = sizeOf(job, first)
  const shown = mode !== 'side' && !(mode === 'way' ? traced : two) ? 'side' : mode
  const onKeyDown = (event: KeyboardEvent) => {
    const pane = { width: 600, height: 600 }
    if (event.key === '+' || event.key === '=' || event.key === '-')
      setLook(zoomed(look, picture, pane, { x: 300, y: 300 }, event.key === '-' ? -1 : 1))
    if (event.key === '0') setLook(whole)
  }
  return (
    <Dialog label={t.label} size="min(1720px, 96vw)" onClose={close} onKeyDown={onKeyDown}>
      <div className={styles.view}>
        <div className={styles.bar}>
          <Segmented
            label={t.modes}
            value={shown}
            options={[
              { value: 'side', label: t.side },
              { value: 'wipe', label: t.wipe, disabled: !two },
              { value: 'difference', label: t.difference, disabled: !two },
              { value: 'way', label: t.way, disabled: !traced },
            ]}
            onChange={setMode}
          />
          <span className={styles.space} />
          <IconButton
            label={t.out}
            onClick={() => setLook(zoomed(look, picture, { width: 600, height: 600 }, { x: 300, y: 300 }, -2))}
          >
            <IconMinus aria-hidden />
          </IconButton>
          <IconButton
            label={t.in}
            onClick={() => setLook(zoomed(look, picture, { width: 600, height: 600 }, { x: 300, y: 300 }, 2))}
          >
            <IconPlus aria-hidden />
          </IconButton>
          <IconButton label={t.whole} onClick={() => setLook(whole)}>
            <IconMaximize aria-hidden />
          </IconButton>
          <IconButton label={t.close} data-autofocus onClick={close}>
            <IconX aria-hidden />
          </IconButton>
        </div>
        {shown === 'wipe' ? (
          <Wipe job={job} names={names} a={first} b={second} look={look} onLook={setLook} />
        ) : shown === 'difference' ? (
          <Difference job={job} names={names} a={first} b={second} look={look} onLook={setLook} />
        ) : (
          <div className={styles.panes}>
            {cells.map((cell) => (
              <One
                key={cell}
                job={job}
                names={names}
                cell={cell}
                look={look}
                onLook={setLook}
                way={shown === 'way' ? ways[chosen.indexOf(cell)] : undefined}
                sigma={shown === 'way' ? at : null}
                alone={cells.length === 1}
              />
            ))}
          </div>
        )}
        {shown === 'way' ? <LockStep job={job} names={names} cells={chosen} ways={ways} at={at} onAt={setAt} /> : null}
      </div>
    </Dialog>
  )
}

const imageOf = (job: CompareJob, cell: number) => job.images[cell * picturesEach(job.request)]

function sizeOf(job: CompareJob, cell: number): Size {
  const { width = 1, height = 1 } = imageOf(job, cell) ?? {}
  return { width: Math.max(1, width), height: Math.max(1, height) }
}

interface OneProps {
  readonly job: CompareJob
  readonly names: Names
  readonly cell: number
  readonly look: Look
  readonly onLook: (look: Look) => void
  /** Shown at this level of it instead of its end. */
  readonly way: readonly WayStep[] | undefined
  readonly sigma: number | null
  readonly alone: boolean
}

function One({ job, names, cell, look, onLook, way, sigma, alone }: OneProps) {
  const { compare, way: steps } = useWords()
  const t = compare.viewer
  const image = imageOf(job, cell)
  const words = cellWords(job.request, cell, names)
  const step = way === undefined || sigma === null ? null : stepAt(way, sigma)
  const preview = useMemo(() => (way === undefined || step === null ? undefined : previewAt(way, step)), [way, step])
  const caption = (
    <>
      <span className={styles.words}>{words}</span>
      <span className="mono">{step === null || way === undefined ? markWords(image) : steps.place(step + 1, way.length)}</span>
      {alone ? null : (
        <IconButton
          size="small"
          label={t.takeOut(words)}
          onClick={() => compareStore.setState(({ chosen }) => ({ chosen: chosen.filter((one) => one !== cell) }))}
        >
          <IconX aria-hidden />
        </IconButton>
      )}
    </>
  )
  return (
    <Pane picture={sizeOf(job, cell)} look={look} onLook={onLook} caption={caption}>
      {(place, crisp) =>
        preview !== undefined ? (
          <span className={styles.place} style={place}>
            <PreviewCanvas preview={preview} className={`${styles.full} ${styles.crisp}`} label={t.estimate(words)} />
          </span>
        ) : image?.url === null || image === undefined ? null : (
          <img
            className={`${styles.place} ${crisp ? styles.crisp : ''}`}
            style={place}
            src={resourceUrl(image.url)}
            alt={words}
            draggable={false}
          />
        )
      }
    </Pane>
  )
}

interface TwoProps {
  readonly job: CompareJob
  readonly names: Names
  readonly a: number
  readonly b: number
  readonly look: Look
  readonly onLook: (look: Look) => void
}

/** The first left of the line, the second right of it. */
function Wipe({ job, names, a, b, look, onLook }: TwoProps) {
  const t = useWords().compare.viewer
  const [at, setAt] = useState(0.5)
  const [left, right] = [a, b].map((cell) => cellWords(job.request, cell, names))
  return (
    <>
      <div className={styles.panes}>
        <Pane
          picture={sizeOf(job, a)}
          look={look}
          onLook={onLook}
          caption={
            <>
              <span className={styles.words}>{left}</span>
              <span className={styles.words}>{right}</span>
            </>
          }
        >
          {(place, crisp) => (
            <>
              {[a, b].map((cell, i) => (
                <img
                  key={cell}
                  className={`${styles.place} ${crisp ? styles.crisp : ''}`}
                  style={{ ...place, clipPath: i === 0 ? `inset(0 ${100 - 100 * at}% 0 0)` : `inset(0 0 0 ${100 * at}%)` }}
                  src={resourceUrl(imageOf(job, cell)?.url ?? '')}
                  alt={i === 0 ? (left ?? '') : (right ?? '')}
                  draggable={false}
                />
              ))}
              <span className={styles.line} style={{ left: place.left + at * place.width, top: place.top, height: place.height }} />
            </>
          )}
        </Pane>
      </div>
      <div className={styles.foot}>
        <NumberSlider
          label={t.wipe}
          value={Math.round(100 * at)}
          onChange={(value) => setAt(value / 100)}
          min={0}
          max={100}
          unit="%"
        />
      </div>
    </>
  )
}

/** Mid grey where both are the same; what differs is multiplied by the gain. */
function Difference({ job, names, a, b, look, onLook }: TwoProps) {
  const t = useWords().compare.viewer
  const [gain, setGain] = useState(4)
  const [found, setFound] = useState<Differences | null>(null)
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null)
  const [pixels, setPixels] = useState<readonly [ImageData, ImageData] | null>(null)
  const [urlA, urlB] = [a, b].map((cell) => imageOf(job, cell)?.url ?? '')
  useEffect(() => {
    let left = false
    Promise.all([urlA, urlB].map((url) => read(url ?? '')))
      .then(([one, other]) => {
        if (left || one === undefined || other === undefined) return
        const same = one.width === other.width && one.height === other.height
        setPixels(same ? [one, other] : null)
        setFound(same ? measured(one.data, other.data) : null)
      })
      .catch(() => undefined)
    return () => {
      left = true
    }
  }, [urlA, urlB])
  useEffect(() => {
    const context = canvas?.getContext('2d')
    if (pixels === null || context === undefined || context === null) return
    const out = context.createImageData(pixels[0].width, pixels[0].height)
    differenceInto(out.data, pixels[0].data, pixels[1].data, gain)
    context.putImageData(out, 0, 0)
  }, [canvas, pixels, gain])
  const said = found === null ? '' : found.largest === 0 ? t.same : t.differ(found.share, found.rootMeanSquare, found.largest)
  const [left, right] = [a, b].map((cell) => cellWords(job.request, cell, names))
  return (
    <>
      <div className={styles.panes}>
        <Pane
          picture={sizeOf(job, a)}
          look={look}
          onLook={onLook}
          caption={
            <>
              <span className={styles.words}>{t.less(right ?? '', left ?? '')}</span>
              <span className="mono">{said}</span>
            </>
          }
        >
          {(place, crisp) => (
            <canvas
              ref={setCanvas}
              className={`${styles.place} ${crisp ? styles.crisp : ''}`}
              style={place}
              width={pixels?.[0].width ?? 1}
              height={pixels?.[0].height ?? 1}
            >
              {said}
            </canvas>
          )}
        </Pane>
      </div>
      <div className={styles.foot}>
        <NumberSlider label={t.gain} value={gain} onChange={setGain} min={1} max={64} scale="log" unit="×" marks={[1, 4, 16, 64]} />
      </div>
    </>
  )
}

/** For looking at only: what is saved never passes through a canvas. */
async function read(url: string): Promise<ImageData | undefined> {
  const image = new Image()
  image.src = resourceUrl(url)
  await image.decode()
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context?.drawImage(image, 0, 0)
  return context?.getImageData(0, 0, canvas.width, canvas.height)
}

/** One scrubber for all: the noise that is left, from pure noise at the left to the pictures at the right. */
function LockStep({
  job,
  names,
  cells,
  ways,
  at,
  onAt,
}: {
  readonly job: CompareJob
  readonly names: Names
  readonly cells: readonly number[]
  readonly ways: readonly (readonly WayStep[] | undefined)[]
  readonly at: number | null
  readonly onAt: (sigma: number | null) => void
}) {
  const t = useWords().compare.viewer
  const levels = useMemo(() => levelsOf(ways.flatMap((way) => (way === undefined ? [] : [way]))), [ways])
  const place =
    at === null
      ? levels.length
      : Math.max(
          0,
          levels.findIndex((sigma) => sigma <= at * (1 + 1e-9)),
        )
  const words = at === null ? t.pictures : t.sigma(Number(at.toPrecision(3)))
  return (
    <div className={styles.way}>
      <div className={styles.scrub}>
        <label htmlFor="lock-step">{t.noise}</label>
        <input
          id="lock-step"
          type="range"
          className={styles.slider}
          aria-valuetext={words}
          min={0}
          max={levels.length}
          step={1}
          value={place}
          onChange={(event) => onAt(levels[Number(event.target.value)] ?? null)}
        />
        <output className={`mono ${styles.sigma}`}>{words}</output>
      </div>
      <WayCharts
        at={at}
        series={ways.flatMap((way, i) =>
          way === undefined ? [] : [{ words: cellWords(job.request, cells[i] ?? 0, names), way, place: i }],
        )}
      />
    </div>
  )
}
