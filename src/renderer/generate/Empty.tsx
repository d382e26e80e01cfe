import type { ModelSummary } from '../../shared/api.ts'
import type { ErrorData } from '../../shared/errors.ts'
import { change, defaultSettings, generateStore, requestOf, run, type DrawingModel } from '../state/generate.ts'
import { attempt, refresh } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { NoiseToDigit } from './NoiseToDigit.tsx'

export function Waiting({ lost }: { readonly lost: boolean }) {
  return (
    <EmptyState title={lost ? 'Not connected' : 'One moment'}>
      {lost ? 'Palimpsest does not answer. This page connects again by itself.' : 'Looking for models.'}
    </EmptyState>
  )
}

/** No model that can draw: what is broken says why, and where a sound one goes. */
export function NoModels({ models }: { readonly models: readonly ModelSummary[] }) {
  return (
    <EmptyState
      title="No model that can draw"
      actions={
        <Button kind="primary" onClick={() => attempt(refresh)}>
          Look again
        </Button>
      }
    >
      A model is a folder with model.json and model.onnx inside the models folder; docs/models.md describes both.
      {models.map((model) => (model.problem === null ? null : <p key={model.id}>{`${model.id}: ${model.problem}`}</p>))}
    </EmptyState>
  )
}

/** Before the first run: one press shows what this is about, with the model that ships. */
export function NothingYet({ model, refusal }: { readonly model: DrawingModel; readonly refusal: ErrorData | null }) {
  const things = model.id === 'mnist' ? 'digits' : 'pictures'
  const first = () => {
    const { seed, device } = generateStore.getState().settings
    const settings = { ...defaultSettings, model: model.id, seed, device }
    change(settings)
    attempt(() => run(requestOf(settings, model)))
  }
  return (
    <EmptyState
      art={<NoiseToDigit />}
      title="Start from noise"
      actions={
        <Button kind="primary" onClick={first}>
          Generate sixteen {things}
        </Button>
      }
    >
      <p>
        {model.card.name} is ready. Each picture begins as pure noise and is cleared up step by step, and you see the estimate while
        it sharpens. Nothing leaves this machine.
      </p>
      {refusal === null ? null : <ErrorNote error={refusal} />}
    </EmptyState>
  )
}
