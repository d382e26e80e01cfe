/** Pictures by URL, or by whatever name `load` knows, loaded when first asked for, the least recently drawn forgotten beyond the cap. 512-px tiles: about 1 MB each. */
export interface Images {
  /** The picture when it is there; else it is fetched and `onLoad` called. A failed one is not asked for again until `retryMs` passed. */
  readonly get: (url: string) => CanvasImageSource | undefined
  stop(): void
}

const retryMs = 3000

export function createImages(onLoad: () => void, load: (url: string) => Promise<CanvasImageSource> = loadImage, cap = 192): Images {
  const ready = new Map<string, CanvasImageSource>()
  const loading = new Set<string>()
  const failed = new Map<string, number>()
  let stopped = false

  const begin = (url: string) => {
    loading.add(url)
    load(url).then(
      (image) => {
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
      if (!loading.has(url) && performance.now() - (failed.get(url) ?? -Infinity) > retryMs) begin(url)
      return undefined
    },
    stop() {
      stopped = true
      ready.clear()
      loading.clear()
    },
  }
}

/** decode() settles off the main thread: the first drawing of a tile does not stall a stroke. */
async function loadImage(url: string): Promise<HTMLImageElement> {
  const image = new Image()
  image.decoding = 'async'
  image.src = url
  await image.decode()
  return image
}
