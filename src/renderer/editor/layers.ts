import { createMask, fullTile, type Mask, tileArea } from './mask.ts'

/**
 * The masks of one photograph, beside one another: each has a name and may be hidden, one is painted on, and a fill is made from all that are
 * shown, as if they were one. Pure: lists in, lists out; the bytes stay where they are.
 */
export interface Layer {
  /** From 1; never used again while the photograph is open. */
  readonly id: number
  readonly name: string
  readonly visible: boolean
  readonly mask: Mask
}

export interface Layers {
  /** At least one. */
  readonly list: readonly Layer[]
  readonly active: number
}

export type LayerAction =
  | { readonly kind: 'add' }
  | { readonly kind: 'remove' | 'select' | 'solo'; readonly id: number }
  | { readonly kind: 'rename'; readonly id: number; readonly name: string }
  | { readonly kind: 'show'; readonly id: number; readonly visible: boolean }

export const mostLayers = 32
const mostLetters = 80

export function oneLayer(mask: Mask): Layers {
  return { list: [{ id: 1, name: 'Mask 1', visible: true, mask }], active: 1 }
}

/** Nothing to be told from a photograph with one mask. */
export function isPlain({ list: [first, second] }: Layers): boolean {
  return second === undefined && first?.visible === true && first.name === 'Mask 1'
}

export function activeOf({ list, active }: Layers): Layer {
  const layer = list.find(({ id }) => id === active) ?? list[0]
  if (layer === undefined) throw new Error('masks without a mask')
  return layer
}

/** The same object where nothing changes. `nextId` is above every id that was ever used. */
export function arrange(layers: Layers, action: LayerAction, nextId: number): Layers {
  const { list, active } = layers
  const change = (id: number, changes: Partial<Layer>): Layers => ({
    ...layers,
    list: list.map((layer) => (layer.id === id ? { ...layer, ...changes } : layer)),
  })
  if (action.kind === 'add') return withNew(layers, nextId)
  const layer = list.find(({ id }) => id === action.id)
  if (layer === undefined) return layers
  switch (action.kind) {
    case 'remove':
      return withoutLayer(layers, layer)
    case 'rename': {
      const name = action.name.trim().slice(0, mostLetters)
      return name === '' || name === layer.name ? layers : change(layer.id, { name })
    }
    case 'show':
      return action.visible === layer.visible ? layers : change(layer.id, { visible: action.visible })
    case 'select':
      return layer.id === active ? layers : { ...layers, active: layer.id }
    case 'solo': {
      // Once more shows all of them again.
      const alone = list.every(({ id, visible }) => visible === (id === layer.id))
      return { active: layer.id, list: list.map((one) => ({ ...one, visible: alone || one.id === layer.id })) }
    }
  }
}

function withNew({ list, active }: Layers, id: number): Layers {
  if (list.length >= mostLayers) return { list, active }
  const { width, height } = list[0]?.mask ?? { width: 1, height: 1 }
  const taken = new Set(list.map(({ name }) => name))
  let number = list.length + 1
  while (taken.has(`Mask ${number}`)) number++
  const added: Layer = { id, name: `Mask ${number}`, visible: true, mask: createMask(width, height) }
  return { list: [...list, added], active: id }
}

/** The last one stays: without a mask there would be nothing to paint on. */
function withoutLayer(layers: Layers, { id }: Layer): Layers {
  const { list, active } = layers
  if (list.length < 2) return layers
  const at = list.findIndex((layer) => layer.id === id)
  const left = list.filter((layer) => layer.id !== id)
  return { list: left, active: active === id ? (left[Math.max(0, at - 1)]?.id ?? 1) : active }
}

/** Several masks seen as one: the larger value of each pixel. */
export interface Union {
  /** One alone is itself, so that a photograph with one mask pays nothing. */
  of(masks: readonly Mask[]): Mask
  /** These tiles of one of them changed. */
  touch(keys: readonly number[]): void
}

export function createUnion(width: number, height: number): Union {
  let masks: readonly Mask[] = []
  let out = createMask(width, height)
  const put = (key: number) => {
    const tile = larger(masks.flatMap((mask) => mask.tiles.get(key) ?? []))
    if (tile === undefined) out.tiles.delete(key)
    else out.tiles.set(key, tile)
  }
  return {
    of(next) {
      if (next.length === masks.length && next.every((mask, i) => mask === masks[i]))
        return masks.length === 1 ? (masks[0] ?? out) : out
      masks = [...next]
      out = createMask(width, height)
      if (masks.length > 1) for (const key of new Set(masks.flatMap((mask) => [...mask.tiles.keys()]))) put(key)
      return masks.length === 1 ? (masks[0] ?? out) : out
    },
    touch(keys) {
      if (masks.length > 1) for (const key of keys) put(key)
    },
  }
}

/** A tile that lies alone is shared, not copied: what is painted into it is seen at once. */
function larger(tiles: readonly Uint8Array[]): Uint8Array | undefined {
  const [first, ...others] = tiles
  if (first === undefined || others.length === 0) return first
  if (tiles.includes(fullTile)) return fullTile
  const out = new Uint8Array(first)
  for (const tile of others) {
    for (let at = 0; at < tileArea; at++) {
      const value = tile[at] ?? 0
      if (value > (out[at] ?? 0)) out[at] = value
    }
  }
  return out
}
