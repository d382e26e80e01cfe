// What is asked of the editor's page.

/** Watches when a photograph that is handed over is to be seen. Runs in the page; `globalThis.opening` tells. */
export function watchOpening() {
  const seen = { handed: 0, first: 0, sharp: 0, stop: () => undefined }
  const { prototype } = CanvasRenderingContext2D
  const own = Object.getOwnPropertyDescriptor(prototype, 'drawImage')
  const pictures = new Set()
  const handedOver = ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === 'file') seen.handed = performance.now()
  }
  addEventListener('change', handedOver, true)
  // A message that is posted from an animation frame comes when that frame is painted.
  const painted = new MessageChannel()
  painted.port1.addEventListener('message', ({ data }) => {
    const now = performance.now()
    if (seen.first === 0) seen.first = now
    if (data) seen.sharp = now
  })
  painted.port1.start()
  prototype.drawImage = function (image, ...rest) {
    own.value.call(this, image, ...rest)
    if (seen.handed === 0 || !(image instanceof HTMLImageElement)) return
    const fresh = !pictures.has(image.src)
    pictures.add(image.src)
    if (fresh) painted.port2.postMessage(fresh)
  }
  seen.stop = () => {
    Object.defineProperty(prototype, 'drawImage', own)
    removeEventListener('change', handedOver, true)
  }
  globalThis.opening = seen
}

/** Watches frames, long tasks and the way to the main process and back until told to end. Runs in the page. */
export function watchFrames() {
  const watch = { on: true, intervals: [], long: [], pings: [] }
  let last
  const frame = (now) => {
    if (last !== undefined) watch.intervals.push(now - last)
    last = now
    if (watch.on) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  const observer = new PerformanceObserver((list) => watch.long.push(...list.getEntries().map(({ duration }) => duration)))
  observer.observe({ type: 'longtask' })
  const ping = async () => {
    const begun = performance.now()
    await globalThis.palimpsest.invoke('queue', {})
    watch.pings.push(performance.now() - begun)
    if (watch.on) setTimeout(() => void ping(), 50)
  }
  void ping()
  globalThis.endFrames = () => {
    watch.on = false
    observer.disconnect()
    return { intervals: watch.intervals, long: watch.long, pings: watch.pings }
  }
}

/** One method of the program's own table, with the milliseconds it took as the page sees it. */
export async function invoke(page, name, input) {
  const { wall, answer } = await page.evaluate(
    async ([method, value]) => {
      const begun = performance.now()
      const answer = await globalThis.palimpsest.invoke(method, value)
      return { wall: performance.now() - begun, answer }
    },
    [name, input],
  )
  if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`)
  return { wall, value: answer.value }
}
