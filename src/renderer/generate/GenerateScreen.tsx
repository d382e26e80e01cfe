import { useEffect, useMemo, useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { tabled } from '../state/command-table.ts'
import { useCommands, type Command } from '../state/commands.ts'
import { setDocument } from '../state/frame.ts'
import {
  change,
  chosenModel,
  drawingModels,
  generateStore,
  requestOf,
  run,
  useGenerate,
  type DrawingModel,
} from '../state/generate.ts'
import { drawSeed } from '../state/seed.ts'
import { appStore, attempt, useApp } from '../state/store.ts'
import { Screen } from '../ui/Screen.tsx'
import { GenerateCost } from './GenerateCost.tsx'
import { GenerateSettings } from './GenerateSettings.tsx'
import { LargeView } from './LargeView.tsx'
import { NoModels, NothingYet, Waiting } from './Empty.tsx'
import { Results } from './Results.tsx'
import { surprise } from './surprise.ts'
import { RunHistory } from './RunHistory.tsx'
import styles from './GenerateScreen.module.css'

export function GenerateScreen() {
  const models = useApp((state) => state.models)
  const model = useGenerate((state) => chosenModel(state.settings, models))
  const t = useWords().generate
  useEffect(() => setDocument(t.title), [t])
  useCommands(useMemo(() => generateCommands(), []))
  return (
    <Screen
      label={t.title}
      main={<Main />}
      inspector={model === null ? <p className={styles.none}>{t.noSettings}</p> : <GenerateSettings model={model} />}
      footer={<GenerateCost model={model} onRun={runShown} onSurprise={() => surpriseMe()} />}
    />
  )
}

function Main() {
  const jobs = useApp((state) => state.jobs)
  const order = useApp((state) => state.order)
  const models = useApp((state) => state.models)
  const connection = useApp((state) => state.connection)
  const shown = useGenerate((state) => state.shown)
  const refusal = useGenerate((state) => state.refusal)
  const [open, setOpen] = useState<number | null>(null)
  const model = useGenerate((state) => chosenModel(state.settings, models))
  const runs = useMemo(() => order.flatMap((id) => jobs[id] ?? []).filter((job) => job.request.kind === 'generate'), [jobs, order])
  const job = (shown === null ? undefined : jobs[shown]) ?? runs.at(-1)

  if (models === null) return <Waiting lost={connection === 'lost'} />
  if (model === null) return <NoModels models={models} />
  if (job === undefined)
    return <NothingYet model={model} models={drawingModels(models)} refusal={refusal} onSurprise={surpriseMe} />
  return (
    <div className={styles.main}>
      <RunHistory runs={runs} shown={job.id} onPick={(id) => generateStore.setState({ shown: id })} />
      <Results key={job.id} job={job} refusal={refusal} onOpen={setOpen} />
      {open === null ? null : <LargeView job={job} index={open} onIndex={setOpen} onClose={() => setOpen(null)} />}
    </div>
  )
}

/** Runs exactly what the settings show. */
export function runShown(): void {
  const { settings } = generateStore.getState()
  const model = chosenModel(settings, appStore.getState().models)
  if (model !== null) attempt(() => run(requestOf(settings, model)))
}

/** New noise and another way: into the controls, so that what is shown is what is run. */
function surpriseMe(of?: DrawingModel): void {
  const { settings } = generateStore.getState()
  const model = of ?? chosenModel(settings, appStore.getState().models)
  if (model === null) return
  const request = surprise(settings, model, Math.random(), drawSeed())
  change({ dynamic: undefined, nfe: undefined, ...request })
  attempt(() => run(request))
}

export function generateCommands(): readonly Command[] {
  return [
    tabled('generate-run', runShown, { whileTyping: true }),
    tabled('generate-surprise', () => surpriseMe()),
    tabled('generate-dice', () => change({ seed: drawSeed() })),
    tabled('generate-lock', () => generateStore.setState(({ seedLocked }) => ({ seedLocked: !seedLocked }))),
  ]
}
