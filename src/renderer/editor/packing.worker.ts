import { answerCalls } from './calls.ts'
import { encodeGrey, type GreyPicture } from './png.ts'

/** The other side of packing.ts. */
answerCalls<GreyPicture, Uint8Array<ArrayBuffer>>(async (picture) => {
  const result = await encodeGrey(picture)
  return { result, transfer: [result.buffer] }
})
