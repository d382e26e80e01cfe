import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Imaging } from '../../src/backend/imaging.ts'
import { createThumbs } from '../../src/backend/library-thumbs.ts'
import { PalimpsestError } from '../../src/shared/errors.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'palimpsest-thumbs-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('makes a small picture once, and one that failed again only after a rest', async () => {
  let [time, fails, asked] = [0, true, 0]
  const imaging = {
    call: async (_name: string, { out }: { out: string }) => {
      asked++
      if (fails) throw new PalimpsestError('disk', 'The disk is full.')
      writeFileSync(out, 'small')
    },
  } as unknown as Imaging
  const thumbs = createThumbs(folder, imaging, () => time)
  const get = () => thumbs.get('00ff', 'large.png')
  expect([await get(), await get(), asked]).toEqual([undefined, undefined, 1])
  fails = false
  time = 59_000
  expect([await get(), asked]).toEqual([undefined, 1])
  time = 61_000
  expect([await get(), await get(), asked]).toEqual([thumbs.pathOf('00ff'), thumbs.pathOf('00ff'), 2])
})
