import { stat } from 'node:fs/promises'
import type { LibraryDetail } from '../shared/library.ts'
import type { PictureText } from '../shared/imaging.ts'
import { commandLine } from './command-line.ts'
import type { House } from './house.ts'
import { pictureOf, type Row } from './library-index.ts'
import { againProblem, maskPath, photoOf } from './library-again.ts'
import { fileOf, gone, type Shelf } from './library-shelf.ts'

/** What the recipe panel shows of a picture: read from the file itself, never from the index. */

function problemOf({ text }: PictureText, row: Row): string | null {
  if (row.damaged === 1) return 'This file is damaged or cut short.'
  switch (text) {
    case 'recipe':
      return null
    case 'foreign':
      return 'This picture was made by another program, whose own text is shown as it stands.'
    case 'none':
      return 'This picture carries no recipe.'
    case 'damaged':
      return 'The text inside this picture is damaged, so there is no recipe to be read.'
  }
}

export async function textsOf(shelf: Shelf, row: Row): Promise<PictureText> {
  const path = fileOf(shelf, row.path)
  if ((await stat(path).catch(() => undefined)) === undefined) throw gone()
  return shelf.imaging.call('readTexts', { path })
}

export async function detailOf(house: House, shelf: Shelf, row: Row, local: boolean): Promise<LibraryDetail> {
  const texts = await textsOf(shelf, row)
  const { recipe, parameters } = texts
  const fill = recipe?.kind === 'inpaint' ? recipe : undefined
  const kept = fill === undefined ? null : fileOf(shelf, maskPath(fill))
  const mask = kept !== null && (await stat(kept).catch(() => undefined)) !== undefined ? kept : null
  const photo = fill === undefined ? undefined : photoOf(house, fill)
  const original = photo === undefined || !local ? undefined : await house.photos.original(photo.id)
  const files = { photo: original ?? photo?.name ?? 'PHOTO', mask: local && mask !== null ? mask : 'MASK.png' }
  return {
    picture: pictureOf(row),
    recipe,
    parameters,
    problem: problemOf(texts, row),
    command: recipe === null ? null : commandLine(recipe, files),
    againProblem: recipe === null ? 'Without a recipe it cannot be made again.' : await againProblem(house, recipe, kept),
    photo: photo === undefined ? null : { id: photo.id, name: photo.name },
    mask: fill === undefined || mask === null ? null : `/library/mask/${fill.mask.sha256}.png`,
    path: local ? fileOf(shelf, row.path) : null,
  }
}
