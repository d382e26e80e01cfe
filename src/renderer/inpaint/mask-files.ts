import type { MaskOrigin } from '../../shared/imaging.ts'
import { PalimpsestError, toErrorData } from '../../shared/errors.ts'
import { readTiles } from '../editor/save.ts'
import { bridge, call, resourceUrl } from '../state/client.ts'
import type { Command } from '../state/commands.ts'
import { attempt, notify } from '../state/store.ts'
import { type OpenPhoto, session } from './session.ts'

/** The mask out of a file or the photograph's transparency, and into a file. */

/** In place of the mask that is there, as one step; what is wrong is said where the photograph's errors are. */
export async function maskFrom({ photo, editor }: OpenPhoto, from: MaskOrigin): Promise<void> {
  session.setState({ error: null })
  try {
    editor.merge(await readTiles(await call('selectMask', { photo: photo.id, from })), 'replace')
  } catch (error) {
    session.setState({ error: toErrorData(error) })
  }
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
    if (editor.isEmpty()) throw new PalimpsestError('request', 'Nothing is painted yet: there is no mask to save.')
    await saver.flush()
    if (bridge().door !== 'electron') {
      const link = document.createElement('a')
      link.href = resourceUrl(`/photo/${photo.id}/mask.png?download`)
      link.download = ''
      link.click()
      return
    }
    const answer = await call('saveMaskAs', { photo: photo.id })
    if (answer !== null) notify(`Saved as ${answer.saved}.`, 'good')
  })
}

export function maskFileCommands(open: OpenPhoto): readonly Command[] {
  const command = (id: string, label: string, run: () => void): Command => ({ id: `mask.${id}`, label, group: 'Mask', run })
  return [
    command('from-file', 'Mask from a picture file', () => chooseMaskFile(open)),
    ...(hasAlpha(open)
      ? [command('from-alpha', 'Mask from the transparent parts', () => void maskFrom(open, { kind: 'alpha' }))]
      : []),
    command('save', 'Save the mask as a PNG', () => saveMask(open)),
  ]
}
