import type { MaskOrigin } from '../../shared/imaging.ts'
import { PalimpsestError, toErrorData } from '../../shared/errors.ts'
import { readTiles } from '../editor/save.ts'
import { words } from '../i18n/index.ts'
import { bridge, call, resourceUrl } from '../state/client.ts'
import { tabled } from '../state/command-table.ts'
import type { Command } from '../state/commands.ts'
import { attempt, notify } from '../state/store.ts'
import { type OpenPhoto, session } from './session.ts'

/** The mask out of a file or the photograph's transparency, and into a file. */

/** In place of the mask that is there, as one step; what is wrong is said where the photograph's errors are. */
export async function maskFrom({ photo, editor }: OpenPhoto, from: MaskOrigin): Promise<void> {
  session.setState({ error: null })
  try {
    const tiles = await readTiles(await call('selectMask', { photo: photo.id, from }))
    // What marks nothing would only take away what is painted: there is Clear for that.
    if (tiles.length === 0) throw new PalimpsestError('request', nothingIn(from))
    editor.merge(tiles, 'replace')
  } catch (error) {
    session.setState({ error: toErrorData(error) })
  }
}

function nothingIn(from: MaskOrigin): string {
  const { emptyMask, opaque } = words().inpaint.problems
  return from.kind === 'file' ? emptyMask(from.name) : opaque
}

export async function maskFromFile(open: OpenPhoto, file: File): Promise<void> {
  await maskFrom(open, { kind: 'file', name: file.name.slice(-200), bytes: new Uint8Array(await file.arrayBuffer()) })
}

/** Asks for a file with the system's own dialog. */
export function chooseMaskFile(open: OpenPhoto): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = 'image/png,image/tiff,image/webp,.png,.tif,.tiff,.webp'
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file !== undefined) void maskFromFile(open, file)
  })
  input.click()
}

export function hasAlpha({ photo }: OpenPhoto): boolean {
  return photo.info.channels === 2 || photo.info.channels === 4
}

/** The saved mask as it is: 8-bit grey, 255 = repaint, the photograph's size. A dialog in the app, a download in a browser. */
export function saveMask({ photo, editor, saver }: OpenPhoto): void {
  attempt(async () => {
    await editor.settled()
    if (editor.isEmpty()) throw new PalimpsestError('request', words().inpaint.problems.noMask)
    await saver.flush()
    if (bridge().door !== 'electron') {
      const link = document.createElement('a')
      link.href = resourceUrl(`/photo/${photo.id}/mask.png?download`)
      link.download = ''
      link.click()
      return
    }
    const answer = await call('saveMaskAs', { photo: photo.id })
    if (answer !== null) notify(words().inpaint.save.savedAs(answer.saved), 'good')
  })
}

export function maskFileCommands(open: OpenPhoto): readonly Command[] {
  return [
    tabled('mask.from-file', () => chooseMaskFile(open)),
    ...(hasAlpha(open) ? [tabled('mask.from-alpha', () => void maskFrom(open, { kind: 'alpha' }))] : []),
    tabled('mask.save', () => saveMask(open)),
  ]
}
