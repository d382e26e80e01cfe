import { IconAlertTriangle, IconLibraryPhoto as IconPhotos } from '@tabler/icons-react'
import type { Job } from '../../shared/api.ts'
import type { CropRecipe } from '../../shared/recipe.ts'
import { windowCount } from '../../shared/windows.ts'
import type { CallTime } from '../../shared/engine.ts'
import { useWords } from '../i18n/index.ts'
import { progressWords } from '../state/jobs.ts'
import { Button, IconButton } from '../ui/index.ts'
import { TimeSpan } from '../ui/Cost.tsx'
import type { Cost } from './draft.ts'
import styles from './Footer.module.css'
import { softnessOf } from './softness.ts'

/** What a fill did outside the mask; `grey`: beside taking the colour out of a photograph, as was asked. */
export interface Outside {
  readonly changed: number
  readonly grey: boolean
}

/** What the fill costs and how sharp it can be, what it left alone, and the button. */
export function Footer(props: {
  readonly cost: Cost
  /** Milliseconds of the whole fill; null: it cannot be told yet. */
  readonly time: CallTime | null
  readonly crops: readonly CropRecipe[]
  /** Why it cannot run, in a sentence. */
  readonly reason: string | undefined
  readonly running: Job | undefined
  readonly outside: Outside | undefined
  readonly ready: boolean
  readonly onFill: () => void
  readonly onMany: () => void
}) {
  const t = useWords().inpaint.foot
  const { cost, time, crops, reason, running, outside, ready, onFill, onMany } = props
  const batches = cost.total > cost.calls ? t.inAll(cost.total) : ''
  const softness = softnessOf(crops)
  const windows = windowCount(crops)
  return (
    <div className={styles.foot}>
      <div className={`mono ${styles.cost}`}>
        <span>
          {t.calls(cost.calls)}
          {windows > 1 && cost.refined !== true ? t.windows(windows) : batches}
        </span>
        <TimeSpan time={time} />
      </div>
      <div className={styles.lines}>
        {softness === undefined ? null : (
          <p className={styles.soft} data-tone={softness.tone}>
            {softness.tone === 'warn' ? <IconAlertTriangle aria-hidden /> : null}
            {softness.words}
          </p>
        )}
        <p className={styles.line}>
          <Line reason={reason} running={running} outside={outside} />
        </p>
      </div>
      <div className={styles.buttons}>
        <Button kind="primary" wide hint="Ctrl Enter" disabled={!ready} title={reason} onClick={onFill}>
          {running === undefined ? t.fill : t.fillAgain}
        </Button>
        <IconButton size="large" label={t.many} disabled={!ready} onClick={onMany}>
          <IconPhotos aria-hidden />
        </IconButton>
      </div>
    </div>
  )
}

/** One sentence: of the fill that is looked at, else of the one that runs, else why none can. */
function Line({ reason, running, outside }: Pick<Parameters<typeof Footer>[0], 'reason' | 'running' | 'outside'>) {
  const t = useWords().inpaint.foot
  if (outside !== undefined) {
    return (
      <>
        {t.outside(outside.grey)} <b className={outside.changed === 0 ? styles.good : styles.bad}>{t.changed(outside.changed)}</b>
      </>
    )
  }
  return <>{running === undefined ? (reason ?? ' ') : t.filling(progressWords(running))}</>
}
