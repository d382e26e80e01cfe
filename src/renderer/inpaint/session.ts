import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { SettingValue } from '../../core/types.ts'
import type { Job, ModelSummary, Photo } from '../../shared/api.ts'
import type { Desk } from '../../shared/desk.ts'
import { type ErrorData, PalimpsestError, toErrorData } from '../../shared/errors.ts'
import type { CropRecipe } from '../../shared/recipe.ts'
import { createBackground } from '../editor/background.ts'
import { createEditor, type Editor } from '../editor/editor.ts'
import { createPacking, type Packing } from '../editor/packing.ts'
import { type MaskSaver, readTiles, startSaving } from '../editor/save.ts'
import type { Insets } from '../editor/view.ts'
import { catalogues, words } from '../i18n/index.ts'
import { call, resourceUrl, upload } from '../state/client.ts'
import { readObject, storage } from '../state/preferences.ts'
import { appStore } from '../state/store.ts'
import { brightness } from './brightness.ts'
import { deskOf, putMasks } from './desk.ts'
import { type Draft, fittingModel, parseDraft, requestOf, withChanges } from './draft.ts'
import { keyOf, type PickedFill } from './fills.ts'
import { maskTools } from './mask-tools.ts'

/** The photograph on the table. It outlives the screen, so that a look at Generate costs neither the zoom nor the undo. */
export interface OpenPhoto {
  readonly photo: Photo
  readonly editor: Editor
  readonly saver: MaskSaver
  readonly packing: Packing
  /** Mostly light, as paper is. */
  readonly light: boolean
  /** The photograph it is a fill of, where a fill was taken to go on with. */
  readonly from: Desk['from']
}

export interface InpaintState {
  /** What is being opened, in the user's words. */
  readonly opening: string | null
  /** Of opening or of asking for a fill; shown until the next try. */
  readonly error: ErrorData | null
  readonly open: OpenPhoto | null
  /** What was said of the open photograph and put away. */
  readonly putAway: ReadonlySet<string>
  readonly draft: Draft
  readonly picked: PickedFill | null
  /** 0..1 of the width: the fill lies right of it. */
  readonly wipe: number
  /** Is shown how much the fills differ? */
  readonly heat: boolean
  /** How the chosen fill came is looked at: at a step (null: the fill itself) of one of its windows, from 0. Null: it is not. */
  readonly way: { readonly at: number | null; readonly window: number } | null
  readonly kept: ReadonlySet<string>
  readonly rejected: ReadonlySet<string>
  /** The job whose first picture is to be shown when it comes. */
  readonly awaited: string | null
  /** The newest job that was asked for here, until it ends: if it fails, its reason is said. */
  readonly watched: string | null
  /** The windows of the fills asked for here, by job: the mask may be painted on while they run. */
  readonly windows: Readonly<Record<string, readonly CropRecipe[]>>
  /** Counts the times the saved mask caught up with the painted one. */
  readonly saves: number
  readonly empty: boolean
}

/** Tools, options and the strip of fills float over these margins. */
const insets: Insets = { left: 76, top: 64, right: 24, bottom: 148 }
const draftKey = 'palimpsest.inpaint'

export const session = createStore<InpaintState>(() => ({
  opening: null,
  error: null,
  open: null,
  putAway: new Set<string>(),
  draft: parseDraft(readObject(storage.read(draftKey))),
  picked: null,
  wipe: 0,
  heat: false,
  way: null,
  kept: new Set<string>(),
  rejected: new Set<string>(),
  awaited: null,
  watched: null,
  windows: {},
  saves: 0,
  empty: true,
}))

export function useInpaint<T>(selector: (state: InpaintState) => T): T {
  return useStore(session, selector)
}

export function changeDraft(changes: Partial<Draft>): void {
  session.setState(({ draft }) => ({ draft: withChanges(draft, changes) }))
  storage.write(draftKey, session.getState().draft)
}

/** One of the method's own settings. */
export function changeOwn(name: string, value: SettingValue): void {
  changeDraft({ settings: { ...session.getState().draft.settings, [name]: value } })
}

function fail(error: unknown): void {
  session.setState({ opening: null, error: toErrorData(error) })
}

export async function openFile(file: File): Promise<void> {
  session.setState({ opening: file.name, error: null })
  try {
    await openPhoto(await upload(file))
  } catch (error) {
    fail(error)
  }
}

/** With the model that knows such pictures, where it is sound. */
export async function openSample(id: string, name: string, model: string): Promise<void> {
  session.setState({ opening: name, error: null })
  try {
    const { photo } = await call('openSample', { sample: id })
    if (appStore.getState().models?.some((one) => one.id === model && one.card !== null) === true) changeDraft({ model })
    await openPhoto(photo)
  } catch (error) {
    fail(error)
  }
}

/** As soon as it is known which there are: the system may hand over a photograph before that. */
const knownModels = (): Promise<readonly ModelSummary[]> =>
  new Promise((done) => {
    const { models } = appStore.getState()
    if (models !== null) return done(models)
    const stop = appStore.subscribe(({ models: come }) => {
      if (come === null) return
      stop()
      done(come)
    })
  })

/** Only the newest of several openings may put its photograph on the table. */
let newest = 0

/** By the id that `upload` or `openSample` answered. Its saved mask comes back with it. */
export async function openPhoto(id: string): Promise<void> {
  const turn = ++newest
  session.setState(({ opening }) => ({ opening: opening ?? words().inpaint.thePhotograph, error: null }))
  try {
    await closePhoto()
    const [photo, tiles, desk, models] = await Promise.all([
      call('photo', { photo: id }),
      call('readMask', { photo: id }),
      call('desk', { photo: id }),
      knownModels(),
    ])
    const { penSize, tolerance, contiguous } = maskTools.getState()
    const editor = createEditor(photo.info, {
      insets,
      settings: { penSize, tolerance, contiguous },
      wand: async (touch) => readTiles(await call('selectMask', { photo: id, from: { kind: 'wand', ...touch } })),
      onError: fail,
      background: createBackground(),
    })
    const stale = await putMasks(editor, id, desk, await readTiles(tiles))
    const light = await brightness(coarsestTile(photo))
    if (turn !== newest) {
      editor.background?.stop()
      return
    }
    const fitting = fittingModel(session.getState().draft, models, photo.info)
    if (fitting !== undefined) changeDraft({ model: fitting })
    let unsaved: ErrorData | null = null
    const packing = createPacking()
    const saver = startSaving(editor, {
      encode: (picture) => packing.encode(picture),
      write: (changed) => call('writeMask', { photo: id, replace: false, tiles: [...changed] }),
      writeLayer: (layer, changed, replace) => call('writeMask', { photo: id, layer, replace, tiles: [...changed] }),
      writeDesk: (layers) => call('writeDesk', { photo: id, desk: deskOf(layers, session.getState(), desk.from) }),
      saved: desk.masks.map((mask) => mask.id),
      onSaved() {
        // What could not be saved before is saved now.
        session.setState(({ saves, error }) => ({
          saves: saves + 1,
          empty: editor.isEmpty(),
          error: error === unsaved ? null : error,
        }))
        unsaved = null
      },
      onError: (error) => session.setState({ error: (unsaved = toErrorData(error)) }),
    })
    saver.mark(stale)
    // A new stroke belongs to the photograph: the fill that lay over it steps aside.
    editor.subscribe((change) => {
      const { picked, heat } = session.getState()
      if (change.touched !== undefined && change.loaded !== true && (picked !== null || heat))
        session.setState({ picked: null, heat: false })
    })
    const fresh = {
      putAway: new Set<string>(),
      picked: null,
      wipe: 0,
      heat: false,
      way: null,
      awaited: null,
      watched: null,
      saves: 0,
      opening: null,
      error: null,
    }
    const marks = { kept: new Set(desk.kept.map(keyOf)), rejected: new Set(desk.rejected.map(keyOf)) }
    session.setState({
      ...fresh,
      ...marks,
      open: { photo, editor, saver, packing, light, from: desk.from },
      empty: editor.isEmpty(),
    })
  } catch (error) {
    if (turn === newest) fail(error)
  }
}

export function photoTile(photo: Pick<Photo, 'id'>, level: number, column: number, row: number): string {
  return resourceUrl(`/photo/${photo.id}/tile/${level}/${column}_${row}.png`)
}

export function coarsestTile(photo: Photo): string {
  return photoTile(photo, photo.info.levels.length - 1, 0, 0)
}

export async function closePhoto(): Promise<void> {
  const { open } = session.getState()
  if (open === null) return
  await open.saver.flush()
  open.saver.stop()
  open.packing.stop()
  open.editor.background?.stop()
  session.setState({ open: null, picked: null })
}

/** Saves the mask, asks for the fill, and draws the next seed unless it is locked. */
export async function startFill(drawSeed: () => number): Promise<void> {
  const { open, draft } = session.getState()
  if (open === null) return
  session.setState({ error: null })
  try {
    // A mask that is still growing is filled as it was asked to be.
    await open.editor.settled()
    if (open.editor.isEmpty()) throw new PalimpsestError('request', words().inpaint.problems.nothingPainted)
    await open.saver.flush()
    const model = appStore.getState().models?.find(({ id }) => id === draft.model)
    if (model === undefined) throw new PalimpsestError('request', words().inpaint.problems.noModel)
    const photo = open.photo.id
    // Only for the eye: a fill whose windows cannot be told is a fill all the same.
    const planned = call('planFill', { photo, model: draft.model, blend: draft.blend }).catch(() => null)
    const { job } = await call('inpaint', { photo, settings: requestOf(draft, model, open.photo.info, open.light) })
    session.setState({ awaited: job, watched: job, picked: null, wipe: 0, heat: false })
    if (!draft.seedLocked) changeDraft({ seed: drawSeed() })
    const plan = await planned
    if (plan !== null) session.setState(({ windows }) => ({ windows: { ...windows, [job]: plan.crops } }))
  } catch (error) {
    fail(error)
  }
}

export function pick(picked: PickedFill | null): void {
  session.setState({ picked, awaited: null })
}

/** The first picture of an awaited fill shows itself, and every later choice is the user's; a fill that fails says why. */
export function followJob(jobs: Readonly<Record<string, Job>>): void {
  const { awaited, watched } = session.getState()
  const ended = watched === null ? undefined : jobs[watched]
  if (ended !== undefined && ended.status !== 'queued' && ended.status !== 'running') {
    session.setState({ watched: null })
    if (ended.status === 'failed') session.setState({ error: ended.error })
  }
  const job = awaited === null ? undefined : jobs[awaited]
  const image = job?.images.findIndex(({ url }) => url !== null) ?? -1
  if (job !== undefined && image >= 0) pick({ job: job.id, image })
}

/** Keep and reject mark a fill; the same once more takes the mark away. */
export function mark(fill: PickedFill, as: 'kept' | 'rejected'): void {
  session.setState((state) => {
    const key = keyOf(fill)
    const other = as === 'kept' ? 'rejected' : 'kept'
    const marked = new Set(state[as])
    if (!marked.delete(key)) marked.add(key)
    const unmarked = new Set(state[other])
    unmarked.delete(key)
    return { ...state, [as]: marked, [other]: unmarked }
  })
  session.getState().open?.saver.markDesk()
}

export function forgetRejections(): void {
  session.setState({ rejected: new Set() })
  session.getState().open?.saver.markDesk()
}

/** The fill becomes a photograph of its own, with an empty mask, that knows what it continues; the one it came from stays as it is. */
export async function continueFrom(fill: PickedFill & { readonly picture: { readonly url: string } }): Promise<void> {
  const { open } = session.getState()
  if (open === null) return
  const name = continuedName(open.photo.name)
  session.setState({ opening: name, error: null })
  try {
    const reply = await fetch(resourceUrl(fill.picture.url))
    if (!reply.ok) throw new PalimpsestError('device', words().inpaint.problems.unreadable)
    const photo = await upload(new File([await reply.blob()], `${name}.png`, { type: 'image/png' }))
    const desk = await call('desk', { photo })
    const from = { photo: open.photo.id, picture: { job: fill.job, image: fill.image } }
    // Of a picture that changed nothing the photograph is itself.
    if (desk.from === undefined && photo !== open.photo.id) await call('writeDesk', { photo, desk: { ...desk, from } })
    await openPhoto(photo)
  } catch (error) {
    fail(error)
  }
}

/** "harbour.jpg", "harbour (filled)", "harbour (filled 2)" and so on; a chain may go on in another language. */
export function continuedName(name: string): string {
  const stem = name.replace(/\.[^.]*$/, '')
  const known = Object.values(catalogues).map(({ inpaint }) => inpaint.filled)
  const [, first = stem, filled, times = '1'] = new RegExp(`^(.*?)( \\((?:${known.join('|')})(?: (\\d+))?\\))?$`).exec(stem) ?? []
  const word = words().inpaint.filled
  return filled === undefined ? `${first} (${word})` : `${first} (${word} ${Number(times) + 1})`
}
