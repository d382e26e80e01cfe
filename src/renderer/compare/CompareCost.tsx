import { IconColumns3 } from '@tabler/icons-react'
import { askAbove } from '../../shared/compare.ts'
import { count, counted, duration } from '../state/format.ts'
import { attempt } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { requestOf } from './draft.ts'
import { runShown } from './commands.ts'
import { compareStore, start, useCompare, usePlan, withModel } from './session.ts'
import styles from './CompareCost.module.css'

/** What the grid will cost, before it is asked for, and what of it cannot be. */
export function CompareCost() {
  const { plan, problem, cells } = usePlan()
  const draft = useCompare((state) => state.draft)
  const asking = useCompare((state) => state.asking)
  const setAsking = (to: boolean) => compareStore.setState({ asking: to })
  const reasons = new Set(plan?.refused.map(({ reason }) => reason))
  const time = plan?.milliseconds ?? null
  const many = cells !== null && cells > askAbove
  const impossible = plan !== null && plan.runs === 0
  const runMany = () => {
    const made = requestOf(withModel(draft))
    if ('request' in made) attempt(() => start(made.request, true))
  }
  return (
    <div className={styles.cost}>
      {problem === null ? null : <p className={styles.problem}>{problem}</p>}
      {cells === null || problem !== null ? null : (
        <div className={`mono ${styles.line}`}>
          <span
            title={
              plan === null
                ? 'Being counted'
                : `${counted(plan.runs, 'run')}${plan.loads > 1 ? `, ${count(plan.loads)} models one after another` : ''}`
            }
          >
            {counted(cells, 'cell')} · {plan?.about === true ? 'about ' : ''}
            {plan === null ? '…' : counted(plan.calls, 'call')}
          </span>
          <span title={time === null ? 'Not measured yet on this device' : 'From measured calls on this device'}>
            {time === null ? '—' : `≈ ${duration(time / 1000)}`}
          </span>
        </div>
      )}
      {plan === null || plan.refused.length === 0 ? null : (
        <details className={styles.refused}>
          <summary>{counted(plan.refused.length, 'cell')} cannot be run</summary>
          {[...reasons].slice(0, 5).map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </details>
      )}
      <Button
        kind="primary"
        wide
        icon={<IconColumns3 aria-hidden />}
        hint="Ctrl Enter"
        aria-keyshortcuts="Control+Enter"
        disabled={problem !== null || cells === null || impossible}
        onClick={runShown}
      >
        Compare
      </Button>
      {asking && many ? (
        <Dialog label="A large comparison" title="A large comparison" size={420} onClose={() => setAsking(false)}>
          <div className={styles.ask}>
            <p>
              {counted(cells, 'cell')}
              {plan === null ? '' : ` with ${counted(plan.calls, 'model call')} in all`}
              {time === null ? '' : `, about ${duration(time / 1000)}`}. Nothing else runs on this device meanwhile; it can be
              cancelled, and goes on where it was.
            </p>
            <div className={styles.actions}>
              <Button onClick={() => setAsking(false)}>Not now</Button>
              <Button
                kind="primary"
                data-autofocus
                onClick={() => {
                  setAsking(false)
                  runMany()
                }}
              >
                Run {counted(cells, 'cell')}
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </div>
  )
}
