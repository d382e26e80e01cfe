import { IconPlayerPlayFilled, IconSparkles } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { timeOf, useEstimate } from '../state/estimate.ts'
import { requestOf, useGenerate, type DrawingModel } from '../state/generate.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { Cost, CostLine, CostProblem } from '../ui/Cost.tsx'
import { planRun, sharedBatch } from './plan.ts'
import styles from './GenerateCost.module.css'

/** What the button will cost, before it is pressed: model calls and time. Beside it the one that chooses for you. */
export function GenerateCost(props: {
  readonly model: DrawingModel | null
  readonly onRun: () => void
  readonly onSurprise: () => void
}) {
  const { model, onRun, onSurprise } = props
  const t = useWords().generate.cost
  const settings = useGenerate((state) => state.settings)
  const request = model === null ? null : requestOf(settings, model)
  const batch = model === null || request === null ? 1 : sharedBatch(request, model.card)
  const estimate = useEstimate(model?.id ?? null, request?.device ?? 'auto', batch)
  const plan = model === null || request === null ? { problem: t.noModel } : planRun(request, model.card)
  return (
    <Cost>
      {'problem' in plan ? (
        <CostProblem>{plan.problem}</CostProblem>
      ) : (
        <CostLine
          title={t.how({ ...plan, pictures: request?.count ?? 0, batched: plan.batchedCalls, batch })}
          time={timeOf(plan.batchedCalls, estimate)}
        >
          {t.calls(plan.calls, plan.about)}
        </CostLine>
      )}
      <div className={styles.buttons}>
        <Button
          kind="primary"
          wide
          icon={<IconPlayerPlayFilled aria-hidden />}
          hint="Ctrl Enter"
          aria-keyshortcuts="Control+Enter"
          disabled={'problem' in plan}
          onClick={onRun}
        >
          {t.run}
        </Button>
        <IconButton size="large" label={t.surprise} aria-keyshortcuts="S" disabled={model === null} onClick={onSurprise}>
          <IconSparkles aria-hidden />
        </IconButton>
      </div>
    </Cost>
  )
}
