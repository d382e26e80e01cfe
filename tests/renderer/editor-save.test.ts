import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hashMask, tileKey } from '../../src/renderer/editor/mask.ts'
import { decodeGrey } from '../../src/renderer/editor/png.ts'
import { startSaving, type SavedTile } from '../../src/renderer/editor/save.ts'
import { createEditor } from '../../src/renderer/editor/editor.ts'
import { openEditor } from './editor-harness.ts'

describe('saving the mask', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  test('what was written, read back, is the mask that was painted', async () => {
    const hands = openEditor(900, 700)
    const disk = new Map<string, SavedTile>()
    const saver = startSaving(hands.editor, {
      write: async (tiles) => tiles.forEach((tile) => disk.set(`${tile.column}_${tile.row}`, tile)),
      onError: fail,
    })
    hands.pointerDown(100, 100).pointerMove([600, 500]).pointerUp()
    hands.key('Ctrl+I').undo().pointerDown(300, 300, { button: 2 }).pointerUp()
    await saver.flush()
    const again = createEditor({ width: 900, height: 700 })
    const tiles = await Promise.all(
      [...disk.values()].map(async ({ column, row, png }) => ({ key: tileKey(column, row), data: (await decodeGrey(png)).data })),
    )
    again.load(tiles)
    expect(hashMask(again.mask)).toBe(hands.hash())
    expect(again.history.undo).toHaveLength(0)
    saver.stop()
  })

  test('files that are made elsewhere are written as they come from there, of the bytes that were painted when they were asked for', async () => {
    const hands = openEditor(300, 200)
    const written: SavedTile[] = []
    const made = new Map<Uint8Array, number>()
    const saver = startSaving(hands.editor, {
      write: async (tiles) => void written.push(...tiles),
      onError: fail,
      async encode({ width, height, data }) {
        const png = new Uint8Array([made.size])
        made.set(
          png,
          data.reduce((sum, value) => sum + value, 0),
        )
        // Painted after the question.
        hands.pointerDown(20, 20).pointerUp()
        expect(data).toHaveLength(width * height)
        return Promise.resolve(png)
      },
    })
    hands.pointerDown(100, 100).pointerUp()
    await saver.flush()
    expect(written.map(({ png }) => made.has(png))).toEqual([true])
    await saver.flush()
    const [first = 0, second = 0] = written.map(({ png }) => made.get(png))
    expect(first).toBeGreaterThan(0)
    expect(second).toBeGreaterThan(first)
    saver.stop()
  })

  test('a stroke is written half a second after it, a long one every 1.2 seconds, an untouched mask never', async () => {
    const hands = openEditor(900, 700)
    const write = vi.fn(async () => undefined)
    const saver = startSaving(hands.editor, { write, onError: fail })
    await vi.advanceTimersByTimeAsync(5000)
    expect(write).not.toHaveBeenCalled()
    hands.pointerDown(100, 100)
    for (let i = 0; i < 16; i++) {
      hands.pointerMove([100 + i, 100])
      await vi.advanceTimersByTimeAsync(100)
    }
    await until(() => write.mock.calls.length > 0)
    expect(write).toHaveBeenCalledTimes(1)
    hands.pointerUp()
    await vi.advanceTimersByTimeAsync(500)
    await until(() => write.mock.calls.length > 1)
    expect(write).toHaveBeenCalledTimes(2)
    saver.stop()
  })

  test('what could not be written is said and written the next time', async () => {
    const hands = openEditor(900, 700)
    const onError = vi.fn()
    const sent: number[] = []
    let broken = true
    const write = async (tiles: readonly SavedTile[]) => {
      if (broken) throw new Error('no disk')
      sent.push(tiles.length)
    }
    const saver = startSaving(hands.editor, { write, onError })
    hands.pointerDown(100, 100).pointerUp()
    await vi.advanceTimersByTimeAsync(600)
    await until(() => onError.mock.calls.length > 0)
    expect(onError).toHaveBeenCalledOnce()
    await expect(saver.flush()).rejects.toThrow('no disk')
    broken = false
    await saver.flush()
    expect(sent).toEqual([1])
    saver.stop()
  })

  test('what could not be written is tried again by itself, said once, and said anew when it fails later', async () => {
    const hands = openEditor(900, 700)
    const [onError, onSaved] = [vi.fn(), vi.fn()]
    let [broken, tries] = [true, 0]
    const write = async () => {
      tries++
      if (broken) throw new Error('no disk')
    }
    const saver = startSaving(hands.editor, { write, onError, onSaved })
    hands.pointerDown(100, 100).pointerUp()
    await vi.advanceTimersByTimeAsync(600)
    await until(() => onError.mock.calls.length === 1)
    await vi.advanceTimersByTimeAsync(5000)
    await until(() => tries === 2)
    await new Promise(setImmediate)
    expect([onError, onSaved].map(({ mock }) => mock.calls.length)).toEqual([1, 0])
    broken = false
    await vi.advanceTimersByTimeAsync(5000)
    await until(() => onSaved.mock.calls.length === 1)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(tries).toBe(3)
    broken = true
    hands.pointerDown(300, 300).pointerUp()
    await vi.advanceTimersByTimeAsync(600)
    await until(() => onError.mock.calls.length === 2)
    saver.stop()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(tries).toBe(4)
  })

  test('two that wait for the same write both wait for what is painted after it', async () => {
    const hands = openEditor(900, 700)
    const started: (() => void)[] = []
    const write = () => new Promise<void>((done) => void started.push(done))
    const saver = startSaving(hands.editor, { write, onError: fail })
    hands.pointerDown(100, 100).pointerUp()
    const first = saver.flush()
    await until(() => started.length === 1)
    hands.pointerDown(300, 300).pointerUp()
    const over: string[] = []
    const both = ['one', 'other'].map((name) => saver.flush().then(() => over.push(name)))
    started[0]?.()
    await first
    await until(() => started.length === 2)
    expect(over).toEqual([])
    started[1]?.()
    await Promise.all(both)
    expect(started).toHaveLength(2)
    saver.stop()
  })

  test('a mask loaded from the disk is not written back', async () => {
    const editor = createEditor({ width: 300, height: 300 })
    const write = vi.fn(async () => undefined)
    const saver = startSaving(editor, { write, onError: fail })
    editor.load([{ key: tileKey(0, 0), data: new Uint8Array(65536).fill(9) }])
    await saver.flush()
    expect(write).not.toHaveBeenCalled()
    saver.stop()
  })
})

function fail(error: unknown): void {
  throw error
}

/** Compression runs in real time while the clock of the timers stands still. */
async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20_000 && !done(); turn++) await new Promise((resolve) => void setImmediate(resolve))
}
