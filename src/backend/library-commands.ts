import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RemoteHandlers } from '../shared/api.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { Recipe } from '../shared/recipe.ts'
import { inOrder } from './library-marks.ts'
import type { House } from './house.ts'
import type { Library, LibraryHandlers } from './library.ts'
import {
  againGenerate,
  againInpaint,
  againProblem,
  changesSince,
  maskPath,
  photoOf,
  varyGenerate,
  varyInpaint,
} from './library-again.ts'
import { exportPictures, makeSheet } from './library-copies.ts'
import { detailOf, textsOf } from './library-detail.ts'
import { idsOf, rowsOf } from './library-query.ts'
import { fileOf, findRow, mark, type Shelf } from './library-shelf.ts'
import { fromTrash, purge, toTrash } from './library-trash.ts'
import { refuseColour, checkInpaint } from './request.ts'
import type { LibraryDoor } from './types.ts'

/** The library's methods of shared/api.ts. */

type Generate = Pick<RemoteHandlers, 'generate'>

export function libraryHandlers(house: House, { generate }: Generate): LibraryHandlers {
  const { library, options } = house
  const local = options.door === 'electron'

  /** The picture's recipe and what hinders it; refused with that. */
  const recipeOf = async (shelf: Shelf, id: string): Promise<Recipe> => {
    const { recipe } = await textsOf(shelf, findRow(shelf, id))
    if (recipe === null) throw new PalimpsestError('request', 'This picture carries no recipe.')
    const mask = recipe.kind === 'inpaint' ? fileOf(shelf, maskPath(recipe)) : null
    const problem = await againProblem(house, recipe, mask)
    if (problem !== null) throw new PalimpsestError('request', problem)
    return recipe
  }

  /** A fill with the mask that the library keeps, not the one the photograph has now. */
  const fill = async (shelf: Shelf, recipe: Extract<Recipe, { kind: 'inpaint' }>, input: unknown): Promise<string> => {
    const photo = photoOf(house, recipe)
    if (photo === undefined) throw new Error('a fill without its photograph')
    const { settings, model } = await checkInpaint(input, house.models)
    refuseColour(model, photo.info, settings.asGrey)
    const { width, height } = photo.info
    const images = Array.from({ length: settings.variations }, (_, i) => ({ seed: settings.seed + i, url: null, width, height }))
    return house.jobs.submit({
      request: { kind: 'inpaint', photo: photo.id, settings },
      images,
      prepare: ({ folder }) => copyFile(fileOf(shelf, maskPath(recipe)), join(folder, 'mask.png')),
    })
  }

  return {
    library: () => library.state(),
    libraryPictures: (query) => library.page(query),
    libraryIds: (order) => library.read(({ db }) => idsOf(db, order)),
    libraryPicture: ({ id }) => library.use(async (shelf) => detailOf(house, shelf, findRow(shelf, id), local)),
    async libraryFavourite({ ids, favourite }) {
      await library.change((shelf) => mark(shelf, rowsOf(shelf.db, ids), (before) => ({ ...before, favourite })))
      return null
    },
    async libraryTag({ ids, add, remove }) {
      await library.change((shelf) =>
        mark(shelf, rowsOf(shelf.db, ids), ({ favourite, tags }) => ({
          favourite,
          tags: inOrder([...tags.filter((tag) => !remove.includes(tag)), ...add]),
        })),
      )
      return null
    },
    libraryTrash: ({ ids }) =>
      library.change(async (shelf) => ({ ids: await toTrash(shelf, rowsOf(shelf.db, ids), library.now()) })),
    libraryRestore: ({ ids }) => library.change(async (shelf) => ({ ids: await fromTrash(shelf, rowsOf(shelf.db, ids)) })),
    libraryEmptyTrash: ({ ids }) =>
      library.change(async (shelf) => {
        const all = ids ?? shelf.db.all<{ id: string }>('SELECT id FROM pictures WHERE bin = 1').map(({ id }) => id)
        return { removed: await purge(shelf, rowsOf(shelf.db, all), library.purge) }
      }),
    libraryRescan: ({ rebuild }) => library.rescan(rebuild),
    libraryMetadata: ({ metadata }) => library.setMetadata(metadata),
    libraryAgain: ({ id }) =>
      library.use(async (shelf) => {
        const recipe = await recipeOf(shelf, id)
        const notices = await changesSince(house, recipe)
        if (recipe.kind === 'generate') return { ...(await generate(againGenerate(recipe))), notices }
        return { job: await fill(shelf, recipe, againInpaint(recipe)), notices }
      }),
    libraryVary: ({ id, count }) =>
      library.use(async (shelf) => {
        const recipe = await recipeOf(shelf, id)
        if (recipe.kind === 'generate') return generate(varyGenerate(recipe, count))
        return { job: await fill(shelf, recipe, varyInpaint(recipe, count)) }
      }),
    libraryOpen: ({ id }) =>
      library.use(async (shelf) => {
        const row = findRow(shelf, id)
        return { photo: await house.photos.add(fileOf(shelf, row.path), row.name) }
      }),
    async librarySheet(settings) {
      const { name, width, height } = await library.use((shelf) => makeSheet(shelf, options.dataFolder, settings))
      return { url: `/library/sheet/${name}`, name, width, height }
    },
  }
}

export const libraryDoor = (library: Library, dataFolder: string): LibraryDoor => ({
  setFolder: (path) => library.setFolder(path),
  export: (ids, folder, recipe) => library.use((shelf) => exportPictures(shelf, ids, folder, recipe)),
  pathOf: (id) => library.read((shelf) => fileOf(shelf, findRow(shelf, id).path)),
  sheet: (settings) => library.use((shelf) => makeSheet(shelf, dataFolder, settings)),
})
