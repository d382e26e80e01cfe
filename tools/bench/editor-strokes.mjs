// How the editor, or what it is held against, is painted on and what that costs.
import { processorTime, treeOf } from './processes.mjs'
import { eventCosts, spreads, traced } from './trace.mjs'

/** CSS px a move: what a quick hand does in a sixtieth of a second. */
const stride = 24

/** Points of a serpentine in the middle of the box, `count` of them, `turn` shifts it so that strokes cross and do not repeat. */
export function serpentine({ x, y, width, height }, count, turn) {
  const [left, right, top] = [x + width * 0.25, x + width * 0.75, y + height * 0.3]
  const across = Math.max(1, Math.floor((right - left) / stride))
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / across)
    const along = (i % across) / across
    const at = row % 2 === 0 ? along : 1 - along
    return { x: Math.round(left + at * (right - left)), y: Math.round(top + ((row * 0.12 + turn * 0.05) % 0.4) * height) }
  })
}

/** A stroke with the mouse, one move a point, each when the page has taken the one before. */
export async function stroke(page, points) {
  const [first, ...rest] = points
  await page.mouse.move(first.x, first.y)
  await page.mouse.down()
  for (const point of rest) await page.mouse.move(point.x, point.y)
  await page.mouse.up()
}

/** Resolves in the next quiet moment of the page: two animation frames later. */
export const settled = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))))

/** Where `fit` puts the photograph, in CSS px of the page: the editor's own margins are kept free. */
export function fitted(box, size) {
  const [left, top, right, bottom] = [76, 64, 24, 148]
  const [width, height] = [box.width - left - right, box.height - top - bottom]
  const scale = Math.min(width / size.width, height / size.height)
  return {
    scale,
    x: box.x + Math.round(left + width / 2 - (size.width * scale) / 2),
    y: box.y + Math.round(top + height / 2 - (size.height * scale) / 2),
  }
}

/** Where 100 % does. */
export const centred = (box, size) => ({
  scale: 1,
  x: box.x + Math.round((box.width - size.width) / 2),
  y: box.y + Math.round((box.height - size.height) / 2),
})

/** Strokes that cross, and then their undoing, traced. */
export async function painted({ app, page, pid, root, box, plan }) {
  await settled(page)
  const { main, value: everywhere } = await traced(app, pid, async () => {
    const before = processorTime(treeOf(root))
    for (let turn = 0; turn < plan.strokes; turn++) await stroke(page, serpentine(box, plan.moves, turn))
    await settled(page)
    const after = processorTime(treeOf(root))
    for (let turn = 0; turn < plan.strokes; turn++) {
      await page.keyboard.press('Control+z')
      await settled(page)
    }
    // What is drawn by commands is drawn by another process: the main thread alone would not tell.
    return before === null || after === null ? null : (after - before) / (plan.strokes * plan.moves)
  })
  const moves = eventCosts(main, 'pointermove')
  // The key itself, not that of Control before it.
  const undone = eventCosts(main, 'keydown').filter((_, k) => k % 2 === 1)
  const least = plan.strokes * (plan.moves - 1)
  if (moves.length < least) throw new Error(`The trace holds ${moves.length} moves of ${least}.`)
  return {
    move: { handler: spreads(moves.map(({ handler }) => handler)), whole: spreads(moves.map(({ whole }) => whole)) },
    down: spreads(eventCosts(main, 'pointerdown').map(({ handler }) => handler)),
    everywhere,
    undo: spreads(undone.map(({ handler }) => handler)),
  }
}
