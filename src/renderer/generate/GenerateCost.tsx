import { IconPlayerPlayFilled } from '@tabler/icons-react'
import { useEstimate } from '../state/estimate.ts'
import { count, counted, duration } from '../state/format.ts'
import { requestOf, useGenerate, type DrawingModel } from '../state/generate.ts'
import { Button } from '../ui/Button.tsx'
import { planRun, sharedBatch } from './plan.ts'
import styles from './GenerateCost.module.css'

/** What the button will cost, before it is pressed: model calls, and the time as far as it was ever measured. */
export function GenerateCost({ model, onRun }: { readonly model: DrawingModel | null; readonly onRun: () => void }) {
  const settings = useGenerate((state) => state.settings)
  const request = model === null ? null : requestOf(settings, model)
  const batch = model === null || request === null ? 1 : sharedBatch(request, model.card)
  const estimate = useEstimate(model?.id ?? null, request?.device ?? 'auto', batch)
  const plan = model === null || request === null ? { problem: 'There is no model to run.' } : planRun(request, model.card)
  const perCall = estimate?.millisecondsPerCall ?? null
  return (
    <div className={styles.cost}>
      {'problem' in plan ? (
        <p className={styles.problem}>{plan.problem}</p>
      ) : (
        <div className={`mono ${styles.line}`}>
          <span
            title={`${counted(request?.count ?? 0, 'picture')} × ${plan.about ? `about ${counted(plan.callsEach, 'call')}, found on the way` : `${counted(plan.callsEach, 'call')} over ${counted(plan.levels, 'level')}`}, in ${count(plan.batchedCalls)} batched calls of ${batch}`}
          >
            {plan.about ? 'about ' : ''}
            {counted(plan.calls, 'model call')}
          </span>
          <span title={perCall === null ? 'Not measured yet on this device' : 'From measured calls on this device'}>
            {perCall === null ? '—' : `≈ ${duration((perCall * plan.batchedCalls) / 1000)}`}
          </span>
        </div>
      )}
      <Button
        kind="primary"
        wide
        icon={<IconPlayerPlayFilled aria-hidden />}
        hint="Ctrl Enter"
        aria-keyshortcuts="Control+Enter"
        disabled={'problem' in plan}
        onClick={onRun}
      >
        Generate
      </Button>
    </div>
  )
}
