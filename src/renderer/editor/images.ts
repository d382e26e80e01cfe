/** Pictures by URL, loaded when first asked for, the least recently drawn forgotten beyond the cap. 512-px tiles: about 1 MB each. */
export interface Images {
  /** The picture when it is there; else it is fetched and `onLoad` called. A failed one is not asked for again until `retryMs` passed. */
  readonly get: (url: string) => HTMLImageElement | undefined
  stop(): void
}

const retryMs = 3000

export function createImages(onLoad: () => void, cap = 192): Images {
  const ready = new Map<string, HTMLImageElement>()
  const loading = new Map<string, HTMLImageElement>()
  const failed = new Map<string, number>()
  let stopped = false

  const load = (url: string) => {
    const image = new Image()
    image.decoding = 'async'
    loading.set(url, image)
    image.src = url
    // decode() settles off the main thread: the first drawing of a tile does not stall a stroke.
    image.decode().then(
      () => {
        loading.delete(url)
        if (stopped) return
        ready.set(url, image)
        for (const oldest of ready.keys()) {
          if (ready.size <= cap) break
          ready.delete(oldest)
        }
        onLoad()
      },
      () => {
        loading.delete(url)
        failed.set(url, performance.now())
      },
    )
  }
  return {
    get(url) {
      const image = ready.get(url)
      if (image !== undefined) {
        ready.delete(url)
        ready.set(url, image)
        return image
      }
      if (!loading.has(url) && performance.now() - (failed.get(url) ?? -Infinity) > retryMs) load(url)
      return undefined
    },
    stop() {
      stopped = true
      for (const image of loading.values()) image.src = ''
      ready.clear()
      loading.clear()
    },
  }
}
