// A made photograph to measure with: soft light, edges, texture at every scale and grain, so that codecs have the work a camera's picture
// gives them. Nothing of chance: the same call writes the same bytes.
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'

/** 0..255, uniform, of a seed (mulberry32). */
function noise(length, seed) {
  const out = Buffer.alloc(length)
  let a = seed
  for (let i = 0; i < length; i++) {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    out[i] = (t ^ (t >>> 14)) & 255
  }
  return out
}

/** Noise of cells `cell` pixels wide, smooth between them. */
async function plane(width, height, cell, channels, seed) {
  const [w, h] = [Math.ceil(width / cell), Math.ceil(height / cell)]
  const small = sharp(noise(w * h * channels, seed), { raw: { width: w, height: h, channels } })
  return small.resize(width, height, { fit: 'fill', kernel: 'cubic' }).raw().toBuffer()
}

/** A JPEG. */
export async function makePhotograph(file, width, height) {
  const [light, cloth, leaf, shape] = await Promise.all([
    plane(width, height, width / 5, 3, 1),
    plane(width, height, 40, 1, 2),
    plane(width, height, 6, 1, 3),
    plane(width, height, width / 24, 1, 4),
  ])
  const grain = noise(width * height, 5)
  for (let i = 0, at = 0; i < grain.length; i++) {
    // Edges where a smooth field crosses its middle; one side is leaves, the other cloth.
    const inside = shape[i] > 128
    const texture = inside ? (leaf[i] - 128) * 0.35 : (cloth[i] - 128) * 0.2
    const one = texture + (inside ? -24 : 12) + (grain[i] - 128) * 0.06
    for (let c = 0; c < 3; c++, at++) light[at] = Math.max(0, Math.min(255, Math.round(60 + light[at] * 0.55 + one)))
  }
  const jpeg = await sharp(light, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer()
  await writeFile(file, jpeg)
  return jpeg
}
