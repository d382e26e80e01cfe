import { answerCalls } from '../editor/calls.ts'
import { heatPixels, spreadOf } from './heat.ts'

/** One tile of the heat map: the addresses of the fills' tiles in, its picture out. */
answerCalls<readonly string[], ImageBitmap>(async (urls) => {
  const pictures = await Promise.all(urls.map(read))
  const { width = 1, height = 1 } = pictures[0] ?? {}
  const canvas = new OffscreenCanvas(width, height)
  if (pictures.length > 1) {
    const pixels = heatPixels(spreadOf(pictures.map(({ data }) => data)))
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)
  } else canvas.getContext('2d')
  const result = canvas.transferToImageBitmap()
  return { result, transfer: [result] }
})

async function read(url: string): Promise<ImageData> {
  const reply = await fetch(url)
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}`)
  const bitmap = await createImageBitmap(await reply.blob(), { colorSpaceConversion: 'none' })
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('There is no canvas here.')
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
