import { z } from 'zod'
import type { Recipe } from './recipe.ts'

/**
 * The library: finished pictures as files in a folder of the user's, the recipe inside each, and an index over them that can be made anew
 * from the files alone. A picture's id follows from its place in that folder; in the trash it keeps it.
 */

export const pictureId = z.string().regex(/^[0-9a-f]{16}$/)
/** More at once are taken in turns by the caller. */
export const mostPictures = 20_000
const ids = z.array(pictureId).min(1).max(mostPictures)

const name = z.string().min(1).max(200)
/** Trimmed; without line ends and commas, which stand between tags wherever they are written in a row. */
export const libraryTag = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^,\p{Cc}]*$/u, 'is no tag: it may hold no comma and no line end')

export const libraryFilter = z.strictObject({
  where: z.enum(['library', 'trash']).default('library'),
  /** Every word must begin some word of the file's name, its tags or the settings of its recipe. */
  text: z.string().max(200).default(''),
  /** Any of them; empty: all. */
  models: z.array(name).max(200).default([]),
  /** Samplers and fill methods, any of them; empty: all. */
  methods: z.array(name).max(200).default([]),
  /** `other`: without a recipe of ours. */
  kinds: z.array(z.enum(['generate', 'inpaint', 'other'])).default([]),
  /** All of them. */
  tags: z.array(libraryTag).max(20).default([]),
  /** True: favourites alone. */
  favourite: z.boolean().default(false),
  /** Milliseconds since 1970, `from` included, `until` not. */
  from: z.int().optional(),
  until: z.int().optional(),
})
export type LibraryFilter = z.infer<typeof libraryFilter>

const order = {
  /** size: by pixels. Ties are broken by date and id, so that every page of a query is of one order. */
  sort: z.enum(['date', 'name', 'model', 'method', 'size', 'favourite']).default('date'),
  descending: z.boolean().default(true),
}
export const libraryOrder = libraryFilter.extend(order)
export type LibraryOrder = z.infer<typeof libraryOrder>

export const libraryQuery = libraryOrder.extend({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(500).default(200),
})
export type LibraryQuery = z.infer<typeof libraryQuery>

export const libraryIds = z.strictObject({ ids })
export const libraryFavourite = z.strictObject({ ids, favourite: z.boolean() })
export const libraryTags = z.strictObject({
  ids,
  add: z.array(libraryTag).max(20).default([]),
  remove: z.array(libraryTag).max(20).default([]),
})

/** What may stand below a picture of a contact sheet, a line each, in this order. */
export const legendFields = ['name', 'model', 'method', 'steps', 'seed', 'size', 'date', 'tags'] as const
export type LegendField = (typeof legendFields)[number]
export const librarySheet = z.strictObject({
  ids: z.array(pictureId).min(1).max(500),
  columns: z.int().min(1).max(50).default(6),
  /** Longest side of a picture on the sheet, in pixels; smaller pictures are enlarged by whole factors, pixel by pixel. */
  cell: z.int().min(32).max(1024).default(256),
  legend: z.array(z.enum(legendFields)).default(['model', 'method', 'seed']),
  title: z.string().max(200).default(''),
})
export type LibrarySheet = z.infer<typeof librarySheet>

/** A picture as a cell of the gallery shows it. What its recipe does not say, or no recipe says, is null. */
export interface LibraryPicture {
  readonly id: string
  /** Of the file. */
  readonly name: string
  /** Below the library's folder, with `/` between; '' for the folder itself. */
  readonly folder: string
  /** 0 where the file cannot be read. */
  readonly width: number
  readonly height: number
  readonly bytes: number
  /** When the file was made, in milliseconds since 1970. */
  readonly date: number
  readonly kind: 'generate' | 'inpaint' | 'other'
  readonly model: string | null
  /** Sampler or fill method. */
  readonly method: string | null
  readonly steps: number | null
  readonly seed: number | null
  readonly favourite: boolean
  readonly tags: readonly string[]
  /** Below the origin. Both change with the content of the file, so that they may be kept. */
  readonly url: string
  /** At most 320 px a side. Of a picture that cannot be read there is none: 404. */
  readonly thumb: string
  /** The job that made it and its place there, by the file's name; the job may be gone. */
  readonly job: { readonly job: string; readonly image: number } | null
  /** When it was put into the trash; null: it is in the library. */
  readonly trashed: number | null
  /** The file cannot be read as a picture. */
  readonly damaged: boolean
}

export interface LibraryPage {
  /** Pictures of the whole query. */
  readonly total: number
  readonly offset: number
  readonly pictures: readonly LibraryPicture[]
}

/** What the recipe panel shows. */
export interface LibraryDetail {
  readonly picture: LibraryPicture
  readonly recipe: Recipe | null
  /** The `parameters` text of another program. */
  readonly parameters: string | null
  /** Why there is no recipe, in a sentence. */
  readonly problem: string | null
  /** The command line that makes it again; null without a recipe, or where no command line can say it. */
  readonly command: string | null
  /** Why it cannot be made again, in a sentence; null: it can. */
  readonly againProblem: string | null
  /** Of a fill: its photograph, where it is still known. */
  readonly photo: { readonly id: string; readonly name: string } | null
  /** Of a fill: its mask below the origin, where it was kept. */
  readonly mask: string | null
  /** On this machine; null over HTTP. */
  readonly path: string | null
}

export interface LibraryCount {
  readonly name: string
  readonly count: number
}

export interface LibraryState {
  /** Rises with every change, of the files or of what is known of them. */
  readonly version: number
  /** On this machine; null over HTTP. */
  readonly folder: string | null
  /** Do new pictures carry their recipe? */
  readonly metadata: boolean
  /** In the library, without the trash. */
  readonly total: number
  readonly favourites: number
  readonly trashed: number
  readonly models: readonly LibraryCount[]
  readonly methods: readonly LibraryCount[]
  readonly tags: readonly LibraryCount[]
  /** What is wrong with the folder, in a sentence: missing, read-only, full. The pictures known of are listed all the same. */
  readonly problem: string | null
  /** Files looked at of those that are new or changed; null: none to look at. */
  readonly scan: LibraryScan | null
}

export interface LibraryScan {
  readonly done: number
  readonly total: number
}

export interface LibraryChanges {
  readonly added: number
  readonly changed: number
  readonly vanished: number
}
