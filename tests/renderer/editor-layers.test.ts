import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createEditor, type EditorChange } from '../../src/renderer/editor/editor.ts'
import { fullTile, hashMask, pixelAt, tileKey } from '../../src/renderer/editor/mask.ts'
import type { LoadedTile } from '../../src/renderer/editor/operations.ts'
import { createOverlay } from '../../src/renderer/editor/overlay.ts'
import { readTiles, type SavedTile, startSaving } from '../../src/renderer/editor/save.ts'
import { deskOf, differing } from '../../src/renderer/inpaint/desk.ts'
import { openEditor, type Hands } from './editor-harness.ts'

const names = ({ editor }: Hands) => editor.layers().list.map(({ name, visible }) => (visible ? name : `(${name})`))
const painted = ({ editor }: Hands, x: number, y: number) => pixelAt(editor.painted, x, y)

/** Two masks: a dab at 100,100 in the first, one at 300,100 in the second, which is painted on. */
function twoMasks(): Hands {
  const hands = openEditor(800, 600)
  hands.editor.dispatch({ kind: 'size', size: 40 })
  return hands.click([100, 100]).key('Alt+N').click([300, 100])
}

describe('several masks', () => {
  test('strokes go to the chosen one, and a fill takes all that are shown', () => {
    const hands = twoMasks()
    expect(names(hands)).toEqual(['Mask 1', 'Mask 2'])
    hands.expectMask(100, 100, 0).expectMask(300, 100, 255)
    expect([painted(hands, 100, 100), painted(hands, 300, 100)]).toEqual([255, 255])
    hands.key('Alt+[').expectMask(100, 100, 255).expectMask(300, 100, 0)
    hands.pointerDown(300, 100, { button: 2 }).pointerUp()
    expect(painted(hands, 300, 100)).toBe(255)
  })

  test('a hidden one is left out until it is painted on', () => {
    const hands = twoMasks()
    hands.editor.arrange({ kind: 'show', id: 1, visible: false })
    expect([painted(hands, 100, 100), painted(hands, 300, 100)]).toEqual([0, 255])
    hands.editor.arrange({ kind: 'show', id: 2, visible: false })
    expect(hands.editor.isEmpty()).toBe(true)
    hands.editor.arrange({ kind: 'select', id: 1 })
    hands.click([150, 100])
    expect(names(hands)).toEqual(['Mask 1', '(Mask 2)'])
    expect([painted(hands, 100, 100), painted(hands, 300, 100)]).toEqual([255, 0])
  })

  test('alone, and once more with the others', () => {
    const hands = twoMasks().key('Alt+H')
    expect(names(hands)).toEqual(['(Mask 1)', 'Mask 2'])
    expect(names(hands.key('Alt+H'))).toEqual(['Mask 1', 'Mask 2'])
  })

  test('coming, going and a name are steps to undo, with the paint in them; what is shown is not', () => {
    const hands = twoMasks()
    const before = hands.hashAll()
    hands.editor.arrange({ kind: 'rename', id: 1, name: '  Wire ' })
    hands.editor.arrange({ kind: 'remove', id: 2 })
    hands.editor.arrange({ kind: 'show', id: 1, visible: false })
    expect(names(hands)).toEqual(['(Wire)'])
    hands.undo()
    expect(names(hands)).toEqual(['(Wire)', 'Mask 2'])
    expect(hands.undo().hashAll()).toBe(before)
    hands.redo().redo()
    expect(names(hands)).toEqual(['(Wire)'])
    hands.undo().undo().undo()
    expect(painted(hands, 300, 100)).toBe(0)
    hands.undo()
    expect(names(hands)).toEqual(['(Mask 1)'])
  })

  test('undo goes to the mask whose stroke it takes back, and shows it', () => {
    const hands = twoMasks().key('Alt+[').click([500, 100]).key('Alt+]')
    hands.editor.arrange({ kind: 'show', id: 1, visible: false })
    hands.undo()
    expect(hands.editor.layers().active).toBe(1)
    expect(names(hands)).toEqual(['Mask 1', 'Mask 2'])
    hands.expectMask(500, 100, 0).expectMask(100, 100, 255)
  })

  test('the last one stays, there are 32 at most, and an empty name is none', () => {
    const hands = openEditor(100, 100)
    hands.editor.arrange({ kind: 'remove', id: 1 })
    hands.editor.arrange({ kind: 'rename', id: 1, name: '   ' })
    expect(names(hands)).toEqual(['Mask 1'])
    expect(hands.editor.history.undo).toHaveLength(0)
    for (let i = 0; i < 40; i++) hands.key('Alt+N')
    expect(names(hands)).toHaveLength(32)
    expect(new Set(names(hands)).size).toBe(32)
  })

  test('what the wand answers belongs to the mask it was asked for', async () => {
    const answers: ((tiles: readonly LoadedTile[]) => void)[] = []
    const hands = openEditor(400, 300, undefined, { wand: () => new Promise((answer) => void answers.push(answer)) })
    hands.key('W').click([50, 50]).key('Alt+N')
    answers[0]?.([{ key: tileKey(0, 0), data: fullTile }])
    await vi.waitFor(() => expect(hands.editor.state().waiting).toBe(0), 20_000)
    hands.expectMask(50, 50, 0)
    expect(pixelAt(hands.editor.beside, 50, 50)).toBe(255)
  })

  test('one mask costs no copy: it is the union itself, and so is the only one that is shown', () => {
    const hands = openEditor(400, 300)
    expect(hands.editor.painted).toBe(hands.editor.mask)
    hands.key('Alt+N')
    expect(hands.editor.painted).not.toBe(hands.editor.mask)
    hands.key('Alt+H')
    expect(hands.editor.painted).toBe(hands.editor.mask)
  })

  test('whoever listens is told of the tiles that changed and of whose they are', () => {
    const hands = twoMasks()
    const told: EditorChange[] = []
    hands.editor.subscribe((change) => told.push(change))
    hands.editor.arrange({ kind: 'show', id: 1, visible: false })
    expect(told).toMatchObject([{ arranged: true, touched: { keys: [tileKey(0, 0)], layer: null } }])
    told.length = 0
    hands.editor.operate('clear')
    expect(told).toMatchObject([{ touched: { keys: [tileKey(1, 0)], layer: 2 } }])
  })

  test('the others are drawn fainter than the one that is painted on', () => {
    const hands = twoMasks()
    const view = { scale: 1, x: 0, y: 0, width: 800, height: 600, dpr: 1 }
    const rect = { left: 0, top: 0, right: 400, bottom: 200 }
    const style = { colour: [255, 0, 0], opacity: 0.5, edgesOnly: false } as const
    const faint = createOverlay().rimmed(hands.editor.beside, view, rect)
    const pixels = createOverlay().paint(hands.editor.mask, view, rect, style, faint)
    const alphaAt = (x: number, y: number) => pixels[(y * 400 + x) * 4 + 3] ?? 0
    expect(alphaAt(300, 100)).toBe(128)
    expect(alphaAt(100, 100)).toBeGreaterThan(40)
    expect(alphaAt(100, 100)).toBeLessThan(80)
    expect(alphaAt(200, 100)).toBe(0)
  })
})

describe('saving several masks', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  /** A disk of our own, with what the backend does to it. */
  function saving(hands: Hands) {
    const files = new Map<number | 'fill', Map<number, SavedTile>>()
    const disk = { files, desk: deskOf(null, { kept: new Set(), rejected: new Set() }), writes: 0 }
    const put = (name: number | 'fill', tiles: readonly SavedTile[], replace: boolean) => {
      const file = replace ? new Map<number, SavedTile>() : (files.get(name) ?? new Map())
      for (const tile of tiles) file.set(tileKey(tile.column, tile.row), tile)
      files.set(name, file)
      disk.writes += 1
      return Promise.resolve()
    }
    const saver = startSaving(hands.editor, {
      write: (tiles) => put('fill', tiles, false),
      writeLayer: (layer, tiles, replace) => put(layer, tiles, replace),
      writeDesk: async (layers) => {
        disk.desk = deskOf(layers, { kept: new Set(['job/1']), rejected: new Set() })
        for (const name of files.keys()) if (name !== 'fill' && disk.desk.masks.every(({ id }) => id !== name)) files.delete(name)
      },
      onError: (error) => {
        throw error
      },
    })
    const read = async (name: number | 'fill') => readTiles([...(files.get(name)?.values() ?? [])])
    return { disk, saver, read }
  }

  test('each comes back with its name, and what fills are made from is their union', async () => {
    const hands = openEditor(800, 600)
    const { disk, saver, read } = saving(hands)
    hands.click([100, 100])
    await saver.flush()
    expect([...disk.files.keys()]).toEqual(['fill'])
    hands.key('Alt+N').click([300, 100]).editor.arrange({ kind: 'rename', id: 2, name: 'Sign' })
    hands.editor.arrange({ kind: 'show', id: 1, visible: false })
    await saver.flush()
    expect(disk.desk).toMatchObject({
      masks: [
        { id: 1, name: 'Mask 1', visible: false },
        { id: 2, name: 'Sign', visible: true },
      ],
      active: 2,
      kept: [{ job: 'job', image: 1 }],
    })
    const again = createEditor({ width: 800, height: 600 })
    const masks = await Promise.all(disk.desk.masks.map(async (mask) => ({ ...mask, tiles: await read(mask.id) })))
    again.loadLayers(masks, disk.desk.active)
    const hashes = (editor: typeof again) => [...editor.layers().list.map(({ mask }) => mask), editor.painted].map(hashMask)
    expect(hashes(again)).toEqual(hashes(hands.editor))
    expect(differing(again.painted, await read('fill'))).toEqual([])
    expect(again.history.undo).toHaveLength(0)
    expect(differing(again.layers().list[0]?.mask ?? again.mask, await read('fill'))).not.toEqual([])
    saver.stop()
  })

  test('a mask that was deleted is forgotten, and comes back whole when that is undone', async () => {
    const hands = twoMasks()
    const { disk, saver, read } = saving(hands)
    hands.click([310, 110])
    await saver.flush()
    hands.editor.arrange({ kind: 'remove', id: 2 })
    await saver.flush()
    expect([...disk.files.keys()]).toEqual(['fill'])
    expect(disk.desk.masks).toEqual([])
    hands.undo()
    await saver.flush()
    const editor = createEditor({ width: 800, height: 600 })
    editor.load(await read(2))
    expect(hashMask(editor.mask)).toBe(hashMask(hands.editor.mask))
    saver.stop()
  })

  test('what could not be written of any of them is written the next time', async () => {
    const hands = twoMasks()
    const sent: string[] = []
    let broken = true
    const saver = startSaving(hands.editor, {
      write: async (tiles) => void sent.push(`fill ${tiles.length}`),
      writeLayer: async (layer, tiles) => {
        if (broken && layer === 2) throw new Error('no disk')
        sent.push(`${layer} ${tiles.length}`)
      },
      writeDesk: async (layers) => void sent.push(`desk ${layers?.list.length ?? 0}`),
      onError: () => undefined,
    })
    hands.click([320, 120])
    saver.markDesk()
    await expect(saver.flush()).rejects.toThrow('no disk')
    broken = false
    sent.length = 0
    await saver.flush()
    expect(sent).toEqual(['fill 1', '2 1', 'desk 2'])
    saver.stop()
  })
})
