// Writes a library of pictures to try things with: the same ones as `palimpsest bench` measures with, each with its recipe.
//   node tools/bench/library.mjs FOLDER COUNT
import { bundled } from './bundled.mjs'

export async function makeLibrary(folder, count) {
  /** @type {typeof import('../../src/backend/library-sample.ts')} */
  const { makeSampleLibrary } = await bundled('src/backend/library-sample.ts')
  makeSampleLibrary(folder, count)
}

if (process.argv[1]?.endsWith('library.mjs') === true) {
  const [folder, count] = process.argv.slice(2)
  if (folder === undefined || !(Number(count) > 0)) throw new Error('Usage: node tools/bench/library.mjs FOLDER COUNT')
  await makeLibrary(folder, Number(count))
}
