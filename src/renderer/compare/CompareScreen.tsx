import { useEffect, useMemo, useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { useCommands } from '../state/commands.ts'
import { setDocument } from '../state/frame.ts'
import { useApp } from '../state/store.ts'
import { Waiting } from '../generate/Empty.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Screen } from '../ui/Screen.tsx'
import { compareCommands } from './commands.ts'
import { CompareCost } from './CompareCost.tsx'
import { CompareSettings } from './CompareSettings.tsx'
import { Empty } from './Empty.tsx'
import { Runs } from './Runs.tsx'
import { useCompare, useComparisons } from './session.ts'
import { useNames } from './photos.ts'
import { Table } from './Table.tsx'
import { Viewer } from './Viewer.tsx'
import styles from './CompareScreen.module.css'

/** Samplers, methods and their settings side by side, on the same noise. */
export function CompareScreen() {
  const name = useWords().screens.compare
  useEffect(() => setDocument(name), [name])
  useCommands(useMemo(() => compareCommands(), []))
  const models = useApp((state) => state.models)
  return <Screen label={name} main={<Main />} inspector={models === null ? null : <CompareSettings />} footer={<CompareCost />} />
}

type View = 'grid' | 'charts'

function Main() {
  const models = useApp((state) => state.models)
  const connection = useApp((state) => state.connection)
  const { jobs, job } = useComparisons()
  const refusal = useCompare((state) => state.refusal)
  const viewing = useCompare((state) => state.viewing)
  const names = useNames(job?.id)
  const [view, setView] = useState<View>('grid')
  if (models === null) return <Waiting lost={connection === 'lost'} />
  if (job === undefined) return <Empty refusal={refusal} />
  return (
    <div className={styles.main}>
      <Runs jobs={jobs} shown={job} />
      {refusal === null ? null : (
        <div className={styles.note}>
          <ErrorNote error={refusal} />
        </div>
      )}
      <Table key={job.id} job={job} names={names} view={view} onView={setView} />
      {viewing ? <Viewer job={job} names={names} /> : null}
    </div>
  )
}
