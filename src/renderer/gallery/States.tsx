import { IconAlertTriangle } from '@tabler/icons-react'
import type { LibraryState } from '../../shared/library.ts'
import { NoiseToDigit } from '../generate/NoiseToDigit.tsx'
import { bridge, call } from '../state/client.ts'
import { count, counted } from '../state/format.ts'
import { clearFilters, isFiltered, renewGallery, useGallery } from '../state/gallery.ts'
import { chosenModel, defaultSettings, generateStore, requestOf } from '../state/generate.ts'
import { goTo } from '../state/preferences.ts'
import { attempt, useApp } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { ChooseFolder } from './LibraryFacts.tsx'
import styles from './GalleryScreen.module.css'

/** Where the grid would be: why there is nothing in it, and the first thing to do. */
export function Nothing() {
  const order = useGallery((state) => state.order)
  const total = useGallery((state) => state.total)
  const failure = useGallery((state) => state.failure)
  const scan = useGallery((state) => state.library?.scan ?? null)
  if (total === null && failure !== null) return <Unanswered />
  if (total === null) return <EmptyState title="One moment">Looking into the library.</EmptyState>
  if (isFiltered(order)) {
    return (
      <EmptyState title="Nothing matches" actions={<Button onClick={() => void clearFilters()}>Clear the filters</Button>}>
        No picture {order.where === 'trash' ? 'in the trash ' : ''}is found by this search and these filters.
      </EmptyState>
    )
  }
  if (order.where === 'trash') {
    return <EmptyState title="The trash is empty">What you delete waits here, until you empty it or bring it back.</EmptyState>
  }
  if (scan !== null) return <EmptyState title="Looking at your pictures">They appear as they are read.</EmptyState>
  return <NoPictures />
}

function Unanswered() {
  const failure = useGallery((state) => state.failure)
  if (failure === null) return null
  return (
    <div className={styles.failure}>
      <ErrorNote
        error={failure}
        actions={
          <Button size="small" onClick={() => void renewGallery()}>
            Try again
          </Button>
        }
      />
    </div>
  )
}

/** Before the first picture: one press makes some with the model that ships, and they arrive here. */
function NoPictures() {
  const models = useApp((state) => state.models)
  const model = chosenModel({ ...defaultSettings, model: 'mnist' }, models)
  const things = model?.id === 'mnist' ? 'digits' : 'pictures'
  const first = () => {
    if (model === null) return
    const { device, seed } = generateStore.getState().settings
    attempt(() => call('generate', requestOf({ ...defaultSettings, model: model.id, device, seed }, model)))
  }
  return (
    <EmptyState
      art={<NoiseToDigit />}
      title="Your pictures come here"
      actions={
        <>
          <Button kind="primary" disabled={model === null} onClick={first}>
            Generate sixteen {things}
          </Button>
          <Button onClick={() => goTo('inpaint')}>Fill a photograph</Button>
        </>
      }
    >
      <p>
        Everything you generate or fill is kept as a file in a folder of yours, with its recipe inside, so that it can be found and
        made again. Files you put there yourself are shown too.
      </p>
    </EmptyState>
  )
}

/** What is wrong with the folder, and how far a look into it is. Over the grid, which shows what is known all the same. */
export function Banners() {
  const library = useGallery((state) => state.library)
  const failure = useGallery((state) => (state.total === null ? null : state.failure))
  const { scan = null, problem = null } = library ?? {}
  return (
    <>
      {library === null || problem === null ? null : <FolderProblem library={library} problem={problem} />}
      {failure === null ? null : <Unanswered />}
      {scan === null || scan.total === 0 ? null : (
        <output className={styles.scan}>
          <span>
            Reading {counted(scan.total, 'picture')} · {count(scan.done)} done
          </span>
          <progress aria-label="Pictures read" max={scan.total} value={scan.done} />
        </output>
      )}
    </>
  )
}

function FolderProblem({ library, problem }: { readonly library: LibraryState; readonly problem: string }) {
  const local = bridge().door === 'electron'
  return (
    <div className={styles.problem} role="alert">
      <IconAlertTriangle aria-hidden />
      <p>{problem}</p>
      {local ? <ChooseFolder>Choose a folder…</ChooseFolder> : null}
      {local && library.folder !== null ? (
        <Button
          size="small"
          kind="quiet"
          onClick={() => attempt(() => call('libraryFolder', { to: 'default' }).then(renewGallery))}
        >
          Use the usual one
        </Button>
      ) : null}
    </div>
  )
}
