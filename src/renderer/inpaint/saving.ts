import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { SavedPicture } from '../../shared/imaging.ts'
import { saveSettings, type SaveSettings } from '../../shared/request.ts'
import { words } from '../i18n/index.ts'
import { bridge, call, resourceUrl } from '../state/client.ts'
import { count } from '../state/format.ts'
import { readObject, storage } from '../state/preferences.ts'
import type { PickedFill } from './fills.ts'

/** Saving a fill: which one is asked about, with what, and what was found in the file. */

const key = 'palimpsest.save'

export interface Saving {
  /** The fill the dialog is about; null: it is closed. */
  readonly fill: PickedFill | null
  readonly settings: SaveSettings
}

/** Anything that was remembered in, settings out: each wrong part falls back. The place of a photograph is never remembered as wanted. */
export function parseSaving(remembered: Readonly<Record<string, unknown>>): SaveSettings {
  let kept: SaveSettings = saveSettings.parse({})
  for (const [name, value] of Object.entries(remembered)) {
    const tried = saveSettings.safeParse({ ...kept, [name]: value })
    if (tried.success) kept = tried.data
  }
  return { ...fitting(kept), gps: false }
}

/** A layer needs transparency. */
const fitting = (settings: SaveSettings): SaveSettings =>
  settings.what === 'layer' && settings.format === 'jpeg' ? { ...settings, format: 'png' } : settings

export const saving = createStore<Saving>(() => ({ fill: null, settings: parseSaving(readObject(storage.read(key))) }))
export const useSaving = <T>(selector: (state: Saving) => T): T => useStore(saving, selector)

export const askToSave = ({ job, image }: PickedFill): void => saving.setState({ fill: { job, image } })
export const stopSaving = (): void => saving.setState({ fill: null })

export function changeSaving(changes: Partial<SaveSettings>): void {
  saving.setState(({ settings }) => ({ settings: fitting({ ...settings, ...changes }) }))
  storage.write(key, saving.getState().settings)
}

/** Does the format leave every value of a picture of this depth as it is? */
export function keepsValues({ format, lossless }: SaveSettings, depth: 8 | 16): boolean {
  return format === 'png' || format === 'tiff' || (format === 'webp' && lossless && depth === 8)
}

/** What will become of the pixels outside the mask. */
export function promiseOf(settings: SaveSettings, depth: 8 | 16): string {
  const t = words().inpaint.save
  if (settings.what === 'layer') return t.layer
  if (keepsValues(settings, depth)) return t.exact
  if (settings.format === 'webp' && settings.lossless) return t.rounded
  return t.lossy(settings.format === 'jpeg')
}

/** What the count in the file says; undefined where there is nothing to claim. */
export function proofOf({ keeps, changedOutside, blended, pixels }: SavedPicture): { changed: number; of: string } | undefined {
  if (!keeps || changedOutside === null || blended === null) return undefined
  return { changed: changedOutside, of: count(pixels - blended) }
}

export interface SavedAs {
  /** Where, or under which name it was downloaded. */
  readonly name: string
  readonly picture: SavedPicture
}

/** Through the system's dialog in the app, as a download in a browser. Null: the user thought better of it. */
export async function saveFill(fill: PickedFill, settings: SaveSettings): Promise<SavedAs | null> {
  const { job, image } = fill
  if (bridge().door === 'electron') {
    const answer = await call('saveAs', { job, image, settings })
    return answer?.picture === undefined ? null : { name: answer.saved, picture: answer.picture }
  }
  const { url, name, picture } = await call('savePicture', { job, image, settings })
  const link = document.createElement('a')
  link.href = resourceUrl(url)
  link.download = name
  link.click()
  return { name, picture }
}
