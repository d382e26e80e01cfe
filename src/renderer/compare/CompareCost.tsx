import { useState } from 'react'
import { IconColumns3 } from '@tabler/icons-react'
import { count, counted, duration } from '../state/format.ts'
import { attempt } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { requestOf } from './draft.ts'
import { start, useCompare, usePlan, withModel } from './session.ts'
import styles from './CompareCost.module.css'

/** What the grid will cost, before it is asked for, and what of it cannot be. */
export function CompareCost() {
  const { plan, problem } = usePlan()
  const draft = useCompare((state) => state.draft)
  const [asking, setAsking] = useState(false)
  const reasons = new Set(plan?.refused.map(({ reason }) => reason))
  const impossible = plan !== null && plan.runs === 0
  const run = (many: boolean) => {
    const made = requestOf(withModel(draft))
    if ('request' in made) attempt(() => start(made.request, many))
  }
  return (
    <div className={styles.cost}>
      {problem === null ? null : <p className={styles.problem}>{problem}</p>}
      {plan === null ? null : (
        <>
          <div className={`mono ${styles.line}`}>
            <span title={`${counted(plan.runs, 'run')}${plan.loads > 1 ? `, ${count(plan.loads)} models one after another` : ''}`}>
              {counted(plan.cells, 'cell')} · {plan.about ? 'about ' : ''}
              {counted(plan.calls, 'call')}
            </span>
            <span title={plan.milliseconds === null ? 'Not measured yet on this device' : 'From measured calls on this device'}>
              {plan.milliseconds === null ? '—' : `≈ ${duration(plan.milliseconds / 1000)}`}
            </span>
          </div>
          {plan.refused.length === 0 ? null : (
            <details className={styles.refused}>
              <summary>{counted(plan.refused.length, 'cell')} cannot be run</summary>
              {[...reasons].slice(0, 5).map((reason) => (
                <p key={reason}>{reason}</p>
              ))}
            </details>
          )}
        </>
      )}
      <Button
        kind="primary"
        wide
        icon={<IconColumns3 aria-hidden />}
        hint="Ctrl Enter"
        aria-keyshortcuts="Control+Enter"
        disabled={problem !== null || impossible}
        onClick={() => (plan?.many === true ? setAsking(true) : run(false))}
      >
        Compare
      </Button>
      {asking && plan !== null ? (
        <Dialog label="A large comparison" title="A large comparison" size={420} onClose={() => setAsking(false)}>
          <div className={styles.ask}>
            <p>
              {counted(plan.cells, 'cell')} with {counted(plan.calls, 'model call')} in all
              {plan.milliseconds === null ? '' : `, about ${duration(plan.milliseconds / 1000)}`}. Nothing else runs on this device
              meanwhile; it can be cancelled, and goes on where it was.
            </p>
            <div className={styles.actions}>
              <Button onClick={() => setAsking(false)}>Not now</Button>
              <Button
                kind="primary"
                data-autofocus
                onClick={() => {
                  setAsking(false)
                  run(true)
                }}
              >
                Run {counted(plan.cells, 'cell')}
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </div>
  )
}
