import { IconColumns3 } from '@tabler/icons-react'
import type { ErrorData } from '../../shared/errors.ts'
import { attempt, useApp } from '../state/store.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { experiments } from './experiments.ts'
import { knownNow, runExperiment } from './run-experiment.ts'
import { useCompare } from './session.ts'
import styles from './Empty.module.css'

/** Nothing compared yet: the experiments, one click each. */
export function Empty({ refusal }: { readonly refusal: ErrorData | null }) {
  return (
    <div className={styles.place}>
      <EmptyState art={<IconColumns3 size={44} stroke={1.2} className={styles.art} />} title="The same noise, side by side">
        <p>
          Every cell begins at the same noise and is given the same noise on its way; only what you vary differs. Choose axes at the
          right, or begin with an experiment.
        </p>
        {refusal === null ? null : <ErrorNote error={refusal} />}
      </EmptyState>
      <ExperimentList />
    </div>
  )
}

/** Those that no installed model can carry out are shown, and say so. */
export function ExperimentList({ small = false }: { readonly small?: boolean }) {
  const models = useApp((state) => state.models)
  // Asked anew when the models or the photograph change.
  useCompare((state) => state.draft.photo)
  const known = knownNow(models === null ? { models: [] } : {})
  const able = (request: (typeof experiments)[number]) =>
    request.request({ ...known, photos: ['any'], photo: known.photo ?? 'any' }) !== undefined
  return (
    <ul className={small ? styles.list : styles.cards} aria-label="Experiments">
      {experiments.map((experiment) => (
        <li key={experiment.id}>
          <button
            type="button"
            className={styles.card}
            disabled={!able(experiment)}
            title={able(experiment) ? experiment.help : 'No model for this is installed.'}
            onClick={() => attempt(() => runExperiment(experiment))}
          >
            <strong>{experiment.title}</strong>
            {small ? null : <span>{experiment.help}</span>}
          </button>
        </li>
      ))}
    </ul>
  )
}
