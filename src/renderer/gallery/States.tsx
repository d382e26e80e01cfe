import { IconAlertTriangle } from '@tabler/icons-react'
import type { LibraryState } from '../../shared/library.ts'
import { NoiseToDigit } from '../generate/NoiseToDigit.tsx'
import { useWords } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { clearFilters, isFiltered, renewGallery, useGallery } from '../state/gallery.ts'
import { chosenModel, defaultSettings, generateStore, requestOf } from '../state/generate.ts'
import { goTo } from '../state/preferences.ts'
import { attempt, useApp } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { ProgressBar } from '../ui/ProgressBar.tsx'
import { ChooseFolder } from './LibraryFacts.tsx'
import styles from './GalleryScreen.module.css'

/** Where the grid would be: why there is nothing in it, and the first thing to do. */
export function Nothing() {
  const t = useWords().gallery.nothing
  const order = useGallery((state) => state.order)
  const total = useGallery((state) => state.total)
  const failure = useGallery((state) => state.failure)
  const scan = useGallery((state) => state.library?.scan ?? null)
  if (total === null && failure !== null) return <Unanswered />
  if (total === null) return <EmptyState title={t.moment}>{t.momentText}</EmptyState>
  if (isFiltered(order)) {
    return (
      <EmptyState title={t.noMatch} actions={<Button onClick={() => void clearFilters()}>{t.clear}</Button>}>
        {order.where === 'trash' ? t.noMatchInTrash : t.noMatchText}
      </EmptyState>
    )
  }
  if (order.where === 'trash') {
    return <EmptyState title={t.trash}>{t.trashText}</EmptyState>
  }
  if (scan !== null) return <EmptyState title={t.looking}>{t.lookingText}</EmptyState>
  return <NoPictures />
}

function Unanswered() {
  const t = useWords().gallery.nothing
  const failure = useGallery((state) => state.failure)
  if (failure === null) return null
  return (
    <div className={styles.failure}>
      <ErrorNote
        error={failure}
        actions={
          <Button size="small" onClick={() => void renewGallery()}>
            {t.again}
          </Button>
        }
      />
    </div>
  )
}

/** Before the first picture: one press makes some with the model that ships, and they arrive here. */
function NoPictures() {
  const t = useWords().gallery.nothing
  const models = useApp((state) => state.models)
  const model = chosenModel({ ...defaultSettings, model: 'mnist' }, models)
  const first = () => {
    if (model === null) return
    const { device, seed } = generateStore.getState().settings
    attempt(() => call('generate', requestOf({ ...defaultSettings, model: model.id, device, seed }, model)))
  }
  return (
    <EmptyState
      art={<NoiseToDigit />}
      title={t.none}
      actions={
        <>
          <Button kind="primary" disabled={model === null} onClick={first}>
            {model?.id === 'mnist' ? t.digits : t.any}
          </Button>
          <Button onClick={() => goTo('inpaint')}>{t.fill}</Button>
        </>
      }
    >
      <p>{t.noneText}</p>
    </EmptyState>
  )
}

/** What is wrong with the folder, and how far a look into it is. Over the grid, which shows what is known all the same. */
export function Banners() {
  const t = useWords().gallery.folder
  const library = useGallery((state) => state.library)
  const failure = useGallery((state) => (state.total === null ? null : state.failure))
  const { scan = null, problem = null } = library ?? {}
  return (
    <>
      {library === null || problem === null ? null : <FolderProblem library={library} problem={problem} />}
      {failure === null ? null : <Unanswered />}
      {scan === null || scan.total === 0 ? null : (
        <output className={styles.scan}>
          <span>{t.reading(scan.total, scan.done)}</span>
          <ProgressBar className={styles.bar} label={t.read} max={scan.total} value={scan.done} />
        </output>
      )}
    </>
  )
}

function FolderProblem({ library, problem }: { readonly library: LibraryState; readonly problem: string }) {
  const t = useWords().gallery.folder
  const local = bridge().door === 'electron'
  return (
    <div className={styles.problem} role="alert">
      <IconAlertTriangle aria-hidden />
      <p>{problem}</p>
      {local ? <ChooseFolder>{t.choose}</ChooseFolder> : null}
      {local && library.folder !== null ? (
        <Button
          size="small"
          kind="quiet"
          onClick={() => attempt(() => call('libraryFolder', { to: 'default' }).then(renewGallery))}
        >
          {t.usual}
        </Button>
      ) : null}
    </div>
  )
}
