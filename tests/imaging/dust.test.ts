import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../src/imaging/decode.ts'
import { findDust } from '../../src/imaging/dust.ts'
import { chance } from './pictures.ts'

/** Photographs with defects at known places: what is found of them, and what beside them. */

const [width, height] = [400, 300]

function photograph(noise: number, channels: 1 | 3, depth: 8 | 16, draw: (x: number, y: number) => number): Pixels {
  const next = chance(5)
  const top = 2 ** depth - 1
  const data = depth === 8 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels)
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    const grain = noise * (next() + next() + next() + next() - 2) * 1.73
    data[i] = Math.round((top * Math.min(255, Math.max(0, 120 + x / 8 + draw(x, y) + grain))) / 255)
  }
  return { width, height, channels, data }
}

const spots = [
  [50, 40, 3],
  [200, 150, 4],
  [399, 299, 3],
  [330, 60, 2],
] as const
/** Two light spots, two dark ones, and a dark scratch across. */
const isSpot = (x: number, y: number, more = 0) => spots.findIndex(([sx, sy, radius]) => Math.hypot(x - sx, y - sy) < radius + more)
const isScratch = (x: number, y: number, more = 0) => Math.abs(y - 240 + x / 10) < 1.2 + more && x > 60 - more && x < 300 + more
const defects = (x: number, y: number) => {
  const spot = isSpot(x, y)
  return spot >= 0 ? (spot % 2 === 0 ? 45 : -45) : isScratch(x, y) ? -40 : 0
}

describe('dust and scratches', () => {
  it.each([
    [0, 1, 8],
    [4, 3, 8],
    [4, 3, 16],
  ] as const)('are found, with grain of %d levels, and little beside them (%i channels, %i bits)', (noise, channels, depth) => {
    const { data } = findDust(photograph(noise, channels, depth, defects), { threshold: 20, size: 12 })
    let [missed, wrong, all] = [0, 0, 0]
    for (let i = 0; i < data.length; i++) {
      const [x, y] = [i % width, Math.floor(i / width)]
      const defect = isSpot(x, y) >= 0 || isScratch(x, y)
      all += Number(defect)
      if (defect && data[i] === 0) missed++
      if (data[i] !== 0 && isSpot(x, y, 6) < 0 && !isScratch(x, y, 6)) wrong++
    }
    expect(missed / all).toBeLessThan(0.02)
    expect(wrong).toBe(0)
  })

  it('are not found in a photograph that has none: grain, slopes, edges, broad shapes, fine texture', () => {
    const scenes: readonly ((x: number, y: number) => number)[] = [
      () => 0,
      (x) => (x > 200 ? 70 : 0),
      (x, y) => (Math.hypot(x - 200, y - 150) < 40 ? -60 : 0),
      (x, y) => 30 * Math.sin(x) * Math.sin(y * 1.3),
    ]
    for (const [i, draw] of scenes.entries())
      expect([i, findDust(photograph(3, 3, 8, draw), { threshold: 20, size: 12 }).data.some((value) => value > 0)]).toEqual([
        i,
        false,
      ])
  })

  it('follows the threshold and the size', () => {
    const photo = photograph(0, 1, 8, (x, y) =>
      Math.hypot(x - 100, y - 100) < 3 ? -15 : Math.hypot(x - 250, y - 150) < 10 ? -60 : 0,
    )
    const at = (threshold: number, size: number) => {
      const { data } = findDust(photo, { threshold, size })
      return [data[100 * width + 100], data[150 * width + 250]]
    }
    expect(at(20, 12)).toEqual([0, 0])
    expect(at(10, 12)).toEqual([255, 0])
    expect(at(20, 24)).toEqual([0, 255])
  })
})
