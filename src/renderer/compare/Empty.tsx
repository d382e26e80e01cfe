import { IconColumns3 } from '@tabler/icons-react'
import type { ErrorData } from '../../shared/errors.ts'
import { useWords } from '../i18n/index.ts'
import { attempt, useApp } from '../state/store.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { experiments } from './experiments.ts'
import { knownNow, runExperiment } from './run-experiment.ts'
import { useCompare } from './session.ts'
import styles from './Empty.module.css'

/** Nothing compared yet: the experiments, one click each. */
export function Empty({ refusal }: { readonly refusal: ErrorData | null }) {
  const t = useWords().compare.empty
  return (
    <div className={styles.place}>
      <EmptyState art={<IconColumns3 size={44} stroke={1.2} className={styles.art} />} title={t.title}>
        <p>{t.text}</p>
        {refusal === null ? null : <ErrorNote error={refusal} />}
      </EmptyState>
      <ExperimentList />
    </div>
  )
}

/** Those that no installed model can carry out are shown, and say so. */
export function ExperimentList({ small = false }: { readonly small?: boolean }) {
  const t = useWords().compare
  const models = useApp((state) => state.models)
  // Asked anew when the models or the photograph change.
  useCompare((state) => state.draft.photo)
  const known = knownNow(models === null ? { models: [] } : {})
  const able = (request: (typeof experiments)[number]) =>
    request.request({ ...known, photos: ['any'], photo: known.photo ?? 'any' }) !== undefined
  return (
    <ul className={small ? styles.list : styles.cards} aria-label={t.empty.experiments}>
      {experiments.map((experiment) => {
        const [title, help] = t.experiments[experiment.id]
        return (
          <li key={experiment.id}>
            <button
              type="button"
              className={styles.card}
              disabled={!able(experiment)}
              title={able(experiment) ? help : t.empty.noModel}
              onClick={() => attempt(() => runExperiment(experiment))}
            >
              <strong>{title}</strong>
              {small ? null : <span>{help}</span>}
            </button>
          </li>
        )
      })}
    </ul>
  )
}
