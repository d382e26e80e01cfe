// What the editor is held against: the same strokes on a canvas as large as the photograph, which is redrawn whole at every move.
import { centred, fitted, painted, serpentine, stroke } from './editor-strokes.mjs'
import { costing, memoryOf, treeOf } from './processes.mjs'

/**
 * Runs in a page of its own. The photograph lies below, drawn once a view; the mask is a canvas of its size; a move draws a line of the brush's
 * width into it and redraws all of it scaled to the view; undo keeps a full copy of the pixels a stroke; the mask is exported by toBlob.
 */
export function installNaive({ width, height, brush }) {
  document.body.style.cssText = 'margin:0;background:#222;overflow:hidden'
  const layer = (w, h) => Object.assign(document.createElement('canvas'), { width: w, height: h })
  const below = layer(innerWidth, innerHeight)
  const above = layer(innerWidth, innerHeight)
  for (const canvas of [below, above]) {
    canvas.style.cssText = 'position:absolute;left:0;top:0'
    document.body.append(canvas)
  }
  const mask = layer(width, height)
  const ink = mask.getContext('2d')
  const over = above.getContext('2d')
  ink.fillStyle = ink.strokeStyle = '#e34860'
  ink.lineWidth = brush
  ink.lineCap = 'round'
  const undo = []
  let photo
  let view = { scale: 1, x: 0, y: 0 }
  let last
  const redraw = () => {
    over.clearRect(0, 0, above.width, above.height)
    over.globalAlpha = 0.5
    over.drawImage(mask, view.x, view.y, width * view.scale, height * view.scale)
  }
  const place = ({ clientX, clientY }) => ({ x: (clientX - view.x) / view.scale, y: (clientY - view.y) / view.scale })
  above.addEventListener('pointerdown', (event) => {
    undo.push(ink.getImageData(0, 0, width, height))
    last = place(event)
  })
  above.addEventListener('pointermove', (event) => {
    if (last === undefined) return
    for (const one of event.getCoalescedEvents()) {
      const to = place(one)
      ink.beginPath()
      ink.moveTo(last.x, last.y)
      ink.lineTo(to.x, to.y)
      ink.stroke()
      last = to
    }
    redraw()
  })
  above.addEventListener('pointerup', () => (last = undefined))
  addEventListener('keydown', (event) => {
    if (!event.ctrlKey || event.key !== 'z') return
    const before = undo.pop()
    if (before === undefined) return
    ink.putImageData(before, 0, 0)
    redraw()
  })
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))
  const encoded = async (canvas, type) => {
    const begun = performance.now()
    const blob = await new Promise((done) => canvas.toBlob(done, type, 0.92))
    const bytes = await blob.arrayBuffer()
    return { wall: performance.now() - begun, bytes: bytes.byteLength }
  }
  globalThis.naive = {
    async open(base64) {
      const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))
      const begun = performance.now()
      photo = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
      this.show(view)
      return (await drawn()) - begun
    },
    show(next) {
      view = next
      const context = below.getContext('2d')
      context.clearRect(0, 0, below.width, below.height)
      context.drawImage(photo, view.x, view.y, width * view.scale, height * view.scale)
      redraw()
    },
    async exportMask() {
      return encoded(mask, 'image/png')
    },
    /** The fill of a square hole of this side over the photograph, and the whole as a file. */
    async save(side, type) {
      const begun = performance.now()
      const fill = layer(side, side)
      const context = fill.getContext('2d')
      context.fillStyle = '#778'
      context.fillRect(0, 0, side, side)
      const out = layer(width, height)
      const whole = out.getContext('2d')
      whole.drawImage(photo, 0, 0)
      whole.drawImage(fill, (width - side) / 2, (height - side) / 2)
      const { bytes } = await encoded(out, type)
      return { wall: performance.now() - begun, bytes }
    },
  }
}

/** The same photograph, view, points and measurements in another window of the same program. */
export async function naiveMeasured({ app, root, box, size, brush, hole, plan, view }, jpeg) {
  const coming = app.waitForEvent('window')
  const pid = await app.evaluate(async ({ BrowserWindow }, { width, height }) => {
    const window = new BrowserWindow({ width, height, useContentSize: true, webPreferences: { sandbox: true } })
    await window.loadURL('data:text/html,<!doctype html><title>naive</title><body></body>')
    return window.webContents.getOSProcessId()
  }, view)
  const page = await coming
  await page.waitForFunction(([w, h]) => innerWidth === w && innerHeight === h, [view.width, view.height])
  await page.evaluate(installNaive, { ...size, brush })
  const open = await page.evaluate((base64) => globalThis.naive.open(base64), jpeg.toString('base64'))
  const strokes = {}
  for (const [zoom, at] of Object.entries({ 'zoom fit': fitted(box, size), '100 %': centred(box, size) })) {
    await page.evaluate((next) => globalThis.naive.show(next), at)
    strokes[zoom] = await painted({ app, page, pid, root, box, plan })
  }
  await stroke(page, serpentine(box, plan.moves, 1))
  const memory = memoryOf([pid])
  const encoded = async (work) => {
    let bytes = 0
    const whole = async () => {
      const made = await work()
      bytes = made.bytes
      return made.wall
    }
    return { ...(await costing(whole, () => treeOf(root))), bytes }
  }
  const maskExport = await encoded(() => page.evaluate(() => globalThis.naive.exportMask()))
  const saves = {}
  for (const [format, type] of Object.entries({ PNG: 'image/png', JPEG: 'image/jpeg' }))
    saves[format] = await encoded(() => page.evaluate(([of, as]) => globalThis.naive.save(of, as), [hole, type]))
  await page.close()
  return { open, strokes, maskExport, saves, memory }
}
