import { IconSparkles } from '@tabler/icons-react'
import type { ModelSummary } from '../../shared/api.ts'
import type { ErrorData } from '../../shared/errors.ts'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { change, defaultSettings, generateStore, requestOf, run, type DrawingModel } from '../state/generate.ts'
import { attempt, refresh } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { NoiseToDigit } from './NoiseToDigit.tsx'
import styles from './Empty.module.css'

export function Waiting({ lost }: { readonly lost: boolean }) {
  const t = useWords().generate.empty
  return <EmptyState title={lost ? t.lost : t.moment}>{lost ? t.lostText : t.looking}</EmptyState>
}

/** No model that can draw: what is broken says why, and where a sound one goes. */
export function NoModels({ models }: { readonly models: readonly ModelSummary[] }) {
  const t = useWords().generate.empty
  return (
    <EmptyState
      title={t.noModel}
      actions={
        <Button kind="primary" onClick={() => attempt(refresh)}>
          {t.again}
        </Button>
      }
    >
      {t.whatModel}
      {models.map((model) => (model.problem === null ? null : <p key={model.id}>{`${model.id}: ${model.problem}`}</p>))}
    </EmptyState>
  )
}

/** Before the first run: one press shows what this is about, with the model that ships. */
export function NothingYet(props: {
  readonly model: DrawingModel
  readonly models: readonly DrawingModel[]
  readonly refusal: ErrorData | null
  readonly onSurprise: (model: DrawingModel) => void
}) {
  const { model, models, refusal, onSurprise } = props
  const t = useWords().generate.empty
  const first = () => {
    const { seed, device } = generateStore.getState().settings
    const settings = { ...defaultSettings, model: model.id, seed, device }
    change(settings)
    attempt(() => run(requestOf(settings, model)))
  }
  return (
    <EmptyState
      art={<NoiseToDigit />}
      title={t.title}
      actions={
        <>
          <Button kind="primary" onClick={first}>
            {model.id === 'mnist' ? t.sixteenDigits : t.sixteenPictures}
          </Button>
          <div className={styles.surprise}>
            <span>{t.surprise}</span>
            <ul>
              {models.map((one) => (
                <li key={one.id}>
                  <Button size="small" icon={<IconSparkles aria-hidden />} onClick={() => onSurprise(one)}>
                    {said(one.card.name)}
                  </Button>
                </li>
              ))}
            </ul>
          </div>
        </>
      }
    >
      <p>{t.ready(said(model.card.name))}</p>
      {refusal === null ? null : <ErrorNote error={refusal} />}
    </EmptyState>
  )
}
