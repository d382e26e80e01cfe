import { IconColumns3 } from '@tabler/icons-react'
import { askAbove } from '../../shared/compare.ts'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { duration } from '../state/format.ts'
import { attempt } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { Cost, CostLine, CostProblem } from '../ui/Cost.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { requestOf } from './draft.ts'
import { runShown } from './commands.ts'
import { compareStore, start, useCompare, usePlan, withModel } from './session.ts'
import styles from './CompareCost.module.css'

/** What the grid will cost, before it is asked for, and what of it cannot be. */
export function CompareCost() {
  const t = useWords().compare.cost
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
    <Cost>
      {problem === null ? null : <CostProblem>{problem}</CostProblem>}
      {cells === null || problem !== null ? null : (
        <CostLine title={plan === null ? t.counting : t.runs(plan.runs, plan.loads)} time={plan?.reckoned ?? null}>
          {t.line(cells, plan?.calls ?? null, plan?.about === true)}
        </CostLine>
      )}
      {plan === null || plan.refused.length === 0 ? null : (
        <details className={styles.refused}>
          <summary>{t.refused(plan.refused.length)}</summary>
          {[...reasons].slice(0, 5).map((reason) => (
            <p key={reason}>{said(reason)}</p>
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
        {t.button}
      </Button>
      {asking && many ? (
        <Dialog label={t.large} title={t.large} size={420} onClose={() => setAsking(false)}>
          <div className={styles.ask}>
            <p>{t.ask(cells, plan?.calls ?? null, time === null ? null : duration(time / 1000))}</p>
            <div className={styles.actions}>
              <Button onClick={() => setAsking(false)}>{t.notNow}</Button>
              <Button
                kind="primary"
                data-autofocus
                onClick={() => {
                  setAsking(false)
                  runMany()
                }}
              >
                {t.run(cells)}
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </Cost>
  )
}
