import type { Desk } from '../../shared/desk.ts'
import type { Editor } from '../editor/editor.ts'
import type { Layers } from '../editor/layers.ts'
import { type Mask, tileArea } from '../editor/mask.ts'
import type { LoadedTile } from '../editor/operations.ts'
import { readTiles } from '../editor/save.ts'
import { call } from '../state/client.ts'
import type { InpaintState } from './session.ts'

/** What is saved of a photograph beside its mask: several masks, and which fills were kept or rejected. */

/** `layers`: null where there is the one mask alone. */
export function deskOf(
  layers: Layers | null,
  { kept, rejected }: Pick<InpaintState, 'kept' | 'rejected'>,
  from?: Desk['from'],
): Desk {
  return {
    ...(from === undefined ? {} : { from }),
    masks: layers?.list.map(({ id, name, visible }) => ({ id, name, visible })) ?? [],
    active: layers?.active ?? null,
    kept: [...kept].map(fillOf),
    rejected: [...rejected].map(fillOf),
  }
}

/** `<job>/<image>`, as `keyOf` writes it. */
function fillOf(key: string): Desk['kept'][number] {
  const cut = key.lastIndexOf('/')
  return { job: key.slice(0, cut), image: Number(key.slice(cut + 1)) }
}

/**
 * Puts the saved masks into a fresh editor. Answers the tiles in which the mask that fills are made from is not what they come to: the program
 * may have been killed between the one write and the other.
 */
export async function putMasks(
  editor: Editor,
  photo: string,
  desk: Desk,
  saved: readonly LoadedTile[],
): Promise<readonly number[]> {
  if (desk.masks.length === 0) {
    editor.load(saved)
    return []
  }
  const masks = await Promise.all(
    desk.masks.map(async (mask) => ({ ...mask, tiles: await readTiles(await call('readMask', { photo, layer: mask.id })) })),
  )
  editor.loadLayers(masks, desk.active)
  return differing(editor.painted, saved)
}

export function differing(mask: Mask, saved: readonly LoadedTile[]): readonly number[] {
  const there = new Map(saved.map(({ key, data }) => [key, data]))
  return [...new Set([...there.keys(), ...mask.tiles.keys()])].filter((key) => {
    const [a, b] = [there.get(key), mask.tiles.get(key)]
    for (let at = 0; at < tileArea; at++) if ((a?.[at] ?? 0) !== (b?.[at] ?? 0)) return true
    return false
  })
}
