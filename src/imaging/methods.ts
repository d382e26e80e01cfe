import type { ImagingMethods } from '../shared/imaging.ts'
import { lastOf } from '../shared/windows.ts'
import { alphaOf, countBlended, forgetAlpha } from './blend.ts'
import { blendFills, sourceOf, writeComposite } from './composite.ts'
import { compareSheet, writeStage } from './compare.ts'
import { contactSheet } from './contact.ts'
import { copyPicture, writeThumb } from './copies.ts'
import { describePictures, readTexts } from './describe.ts'
import { findDust } from './dust.ts'
import { inOrder } from './files.ts'
import { checkChannels } from './input.ts'
import { forgetMask, loadMask, maskFromFile, readMask, readMaskTiles, savePreset, tilesOf, writeMaskTiles } from './masks.ts'
import { readPicture, writeImages, writeSheet, writeThumbnail } from './pictures.ts'
import { planCrops } from './plan.ts'
import { enlarged, stacked } from './strips.ts'
import { readRecipe } from './png.ts'
import { savePicture } from './save.ts'
import { sweepSoon } from './sharp.ts'
import { closePhoto, loadPhoto, openPhoto, readInfo } from './store.ts'
import { fromAlpha, wand } from './wand.ts'

/** The table the imaging process serves (shared/imaging.ts). Calls on one photograph's files, and on one mask, run in the order they came. */
export function imagingMethods(): ImagingMethods {
  const ordered = inOrder()
  return {
    open: ({ path, folder }) => ordered(folder, () => openPhoto(path, folder).finally(sweepSoon)),
    readMask: ({ path, photo, keep, out, scale }) =>
      ordered(out, async () => readMask(path, await readInfo(photo), { keep, scale: scale === true }, out)),
    writeMaskTiles: ({ photo, tiles, out }) => ordered(out, async () => writeMaskTiles(await readInfo(photo), tiles, out)),
    presetMask: ({ photo, preset, out, seed }) => ordered(out, async () => savePreset(preset, await readInfo(photo), out, seed)),
    readMaskTiles: ({ mask }) => ordered(mask, () => readMaskTiles(mask)),
    async selectTiles({ photo, from }) {
      if (from.kind === 'file') return tilesOf(await maskFromFile(from.bytes, from.name, await readInfo(photo)))
      const pixels = await loadPhoto(photo)
      if (from.kind === 'dust') return tilesOf(findDust(pixels, from))
      return tilesOf(from.kind === 'wand' ? wand(pixels, from) : fromAlpha(pixels))
    },
    async plan({ photo, mask, model, blend, refine }) {
      const alpha = alphaOf(await ordered(mask, () => loadMask(mask)), blend)
      return { crops: planCrops(alpha, await readInfo(photo), model, blend.padding, refine), painted: countBlended(alpha) }
    },
    async input({ photo, mask, model, blend, crop, asGrey, invert, quick }) {
      const alpha = alphaOf(await ordered(mask, () => loadMask(mask)), blend)
      return stacked(await loadPhoto(photo), alpha, model, crop, { asGrey, invert }, quick)
    },
    enlarge: async ({ from, to, fill, channels }) => enlarged(from, fill, to, channels),
    async composite({ photo: folder, mask, model, blend, crops, fills, asGrey, invert, keepGrey = false, finish, out, recipe }) {
      const photo = await loadPhoto(folder)
      checkChannels(photo, model, asGrey)
      const alpha = alphaOf(await ordered(mask, () => loadMask(mask)), blend)
      const source = sourceOf(photo, asGrey, keepGrey)
      const pairs = crops.map((crop, i) => ({ crop: lastOf(crop), data: fills[i] ?? new Float32Array(0) }))
      return writeComposite(
        photo,
        source,
        blendFills(source, alpha, pairs, model, { asGrey, invert, keepGrey, ...(finish === undefined ? {} : { finish }) }),
        alpha,
        out,
        recipe,
      ).finally(sweepSoon)
    },
    writeImages,
    writeSheet,
    readPicture: ({ path, model, width, height, asGrey }) => readPicture(path, model, { width, height }, asGrey),
    save: (job) => savePicture(job).finally(sweepSoon),
    readRecipe: ({ path }) => readRecipe(path),
    thumbnail: ({ path, size, out }) => writeThumbnail(path, size, out),
    describe: ({ paths }) => describePictures(paths),
    readTexts: ({ path }) => readTexts(path),
    thumb: ({ path, size, out }) => writeThumb(path, size, out),
    copyPicture: ({ from, out, recipe }) => copyPicture(from, out, recipe),
    contactSheet,
    compareSheet,
    writeStage: ({ photo, mask, out }) => writeStage(photo, mask, out),
    close: async ({ photo }) => {
      closePhoto(photo)
      forgetMask()
      forgetAlpha()
    },
  }
}
