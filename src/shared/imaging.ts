import type { BlendSettings, FinishSettings, InpaintSettings, SaveSettings } from './request.ts'
import type { CropRecipe, Recipe } from './recipe.ts'

/** The contract of the imaging process, the only one that holds pixels of a whole photo. Paths are absolute and chosen by backend. */

export interface PhotoInfo {
  /** sha256 of the file's bytes. */
  readonly sha256: string
  /** Upright size, orientation applied. */
  readonly width: number
  readonly height: number
  readonly depth: 8 | 16
  /** 1 grey, 2 grey+alpha, 3 RGB, 4 RGB+alpha. */
  readonly channels: 1 | 2 | 3 | 4
  readonly format: 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif' | 'heif' | 'gif'
  readonly icc: boolean
  /** Is any pixel's red, green and blue unequal? False for a grey photograph stored as RGB. */
  readonly coloured: boolean
  /** What was converted, one sentence each: CMYK, first frame of an animation. */
  readonly notices: readonly string[]
  /** Of the tile pyramid: level 0 is full size, each next half of it, the last fits one tile. */
  readonly levels: readonly { readonly width: number; readonly height: number }[]
}

/** Tiles are files `<folder>/tiles/<level>/<column>_<row>.png`, 512 px, display sRGB, 8 bit. `source.bin` is the upright photo as decoded. */
export const tileSize = 512
/** Mask tiles of the editor: 8-bit grey PNG, 255 = repaint. */
export const maskTileSize = 256
export const megapixelLimit = 200

export interface MaskTile {
  /** In tiles, not pixels. */
  readonly column: number
  readonly row: number
  /** PNG, 8-bit grey, maskTileSize square (the parts beyond the photo are ignored). */
  readonly png: Uint8Array
}

/**
 * What a mask can be made from besides strokes. The wand takes the pixels whose every channel lies within `tolerance` (0..255 of 255) of the
 * touched one's, all of them or those that hang together with it; alpha takes what is transparent; a file says white or opaque = repaint, and
 * must have the photograph's size; dust suggests spots and lines narrower than `size` pixels that stand out by `threshold` levels of 255.
 */
export type MaskOrigin =
  | { readonly kind: 'wand'; readonly x: number; readonly y: number; readonly tolerance: number; readonly contiguous: boolean }
  | { readonly kind: 'alpha' }
  | { readonly kind: 'dust'; readonly threshold: number; readonly size: number }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array }

export interface ModelSize {
  readonly channels: 1 | 3
  readonly range: readonly [number, number]
  readonly size:
    | { readonly width: number; readonly height: number }
    | { readonly multipleOf: number; readonly min: number; readonly max: number; readonly best: readonly number[] }
}

/** The windows of a fill, drawn before the run (STUDIO.md 8). No crops: the mask is empty. */
export interface FillPlan {
  readonly crops: readonly CropRecipe[]
  /** Pixels with A > 0. */
  readonly painted: number
  /** What one picture is made of, where the settings of the run were given: of each crop its first fill and its refinements, in order. */
  readonly runs?: readonly FillRun[]
}

export interface FillRun {
  /** Place in `crops`. */
  readonly crop: number
  /** 0: the first fill; k: the k-th refinement. */
  readonly stage: number
  /** Pixels of the photograph to one of the model; 1: full size. */
  readonly scale: number
  /** Windows that each model call looks through. */
  readonly windows: number
  /** Model calls. */
  readonly calls: number
  /** The same as calls of one picture of the model's own size, which `estimate` tells the time of. */
  readonly cost: number
}

export interface FillInput {
  /** [c, h, w] in the model's range. */
  readonly photo: Float32Array
  /** [h, w]; 1 = repaint: max-pool of (A > 0) at model size (STUDIO.md 8b). */
  readonly mask: Uint8Array
  /** As `photo`, with what is round the hole spread smoothly over it, where that was asked for. */
  readonly quick?: Float32Array
}

export interface WrittenImage {
  readonly sha256: string
  readonly pixels: string
}

/** Which photograph a picture is a fill of, and where: what its pixels are held against. */
export interface FillOf {
  readonly photo: string
  readonly mask: string
  readonly blend: BlendSettings
  readonly asGrey: boolean
}

export interface SavedPicture {
  /** Of the file's bytes. */
  readonly sha256: string
  readonly bytes: number
  /** Does the file hold every value of the picture as it is? */
  readonly keeps: boolean
  /**
   * Counted in the file as written, read back: pixels with A = 0 that differ from the photograph, or that are not clear in a layer. Null: the
   * picture is no fill, or its photograph is gone.
   */
  readonly changedOutside: number | null
  /** Pixels with A > 0, and all of the picture. */
  readonly blended: number | null
  readonly pixels: number
  /** What the format could not hold, one sentence each. */
  readonly notices: readonly string[]
}

/** What the library's index knows of a PNG without its pixels. */
export interface PictureFacts {
  readonly bytes: number
  /** Of the file, in whole milliseconds since 1970. */
  readonly modified: number
  /** A name for what the file holds, 32 hexadecimal digits; '' where it cannot be read. */
  readonly content: string
  /** 0 where it cannot be read. */
  readonly width: number
  readonly height: number
  /** No PNG, or cut short. */
  readonly damaged: boolean
  readonly text: PictureText['text']
  /** `other`: without a recipe of ours; then the rest is null. */
  readonly kind: 'generate' | 'inpaint' | 'other'
  readonly model: string | null
  readonly method: string | null
  readonly steps: number | null
  readonly seed: number | null
  /** Of a fill: sha256 of its mask and of its photograph. */
  readonly mask: string | null
  readonly source: string | null
  /** What it can be found by, beside its name and tags. */
  readonly words: string
}

export interface PictureText {
  /** Of another program, none at all, or one that cannot be understood. */
  readonly text: 'recipe' | 'foreign' | 'none' | 'damaged'
  readonly recipe: Recipe | null
  /** The `parameters` text of another program. */
  readonly parameters: string | null
}

/** A picture of a contact sheet and the lines below it. */
export interface SheetCell {
  readonly path: string
  readonly lines: readonly string[]
}

/** A table of pictures: rows and columns by their names, below a title of its own. */
export interface SheetSection {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  /** Several pictures of a cell share its place; without any the lines say why. */
  readonly cells: readonly {
    readonly row: number
    readonly column: number
    readonly paths: readonly string[]
    readonly lines: readonly string[]
  }[]
}

export interface ImagingMethods {
  /** Decodes, checks, applies the orientation, and cuts the tile pyramid into `folder`. Refuses in one sentence (code `request`). */
  open(args: { path: string; folder: string }): Promise<PhotoInfo>
  /**
   * A mask file as the photo's 8-bit mask at `out` (grey PNG, 255 = repaint). White or opaque = repaint; `keep` inverts. Another size is refused, or
   * with `scale` brought to the photo's, a pixel being painted that any painted one lies under.
   */
  readMask(args: {
    path: string
    photo: string
    keep: boolean
    out: string
    scale?: boolean
  }): Promise<{ painted: number; sha256: string }>
  /** The editor's tiles onto the mask file at `out` (made if absent); tiles not sent stay as they are. */
  writeMaskTiles(args: { photo: string; tiles: readonly MaskTile[]; out: string }): Promise<{ painted: number; sha256: string }>
  /** A mask by its name; `seed`, 0 unless given, draws the strokes of those that have any. */
  presetMask(args: { photo: string; preset: string; out: string; seed?: number }): Promise<{ painted: number; sha256: string }>
  /** The mask's tiles that are not empty, for an editor that opens it again. */
  readMaskTiles(args: { mask: string }): Promise<readonly MaskTile[]>
  /** The tiles of a mask that are not empty, made but not kept: what the editor is to do with them is its own matter. */
  selectTiles(args: { photo: string; from: MaskOrigin }): Promise<readonly MaskTile[]>
  plan(args: {
    photo: string
    mask: string
    model: ModelSize
    blend: BlendSettings
    refine?: InpaintSettings['refine']
  }): Promise<FillPlan>
  input(args: {
    photo: string
    mask: string
    model: ModelSize
    blend: BlendSettings
    crop: CropRecipe
    asGrey: boolean
    invert: boolean
    quick?: boolean
  }): Promise<FillInput>
  /** A fill of one crop, [c, h, w], as the picture of another that is a part of it: what a refinement begins at. Where `from` holds nothing it is 0. */
  enlarge(args: { from: CropRecipe; to: CropRecipe; fill: Float32Array; channels: 1 | 3 }): Promise<Float32Array>
  /**
   * Out = S where A = 0 byte for byte, G where A = 255, else the rounded mix in encoded space; PNG at the source's depth with its ICC profile.
   * `fills` are [c, h, w] in the model's range, one a crop of the plan (of one that is refined the last refinement's). `keepGrey` takes their colours alone: the mean of the channels stays the
   * photograph's, and one that is stored in grey is written in colour. `changedOutside` counts differing pixels outside A in the file as written; `grain` is
   * the standard deviation of the grain that was added, in levels of 255 (the most of any window).
   */
  composite(args: {
    photo: string
    mask: string
    model: ModelSize
    blend: BlendSettings
    crops: readonly CropRecipe[]
    fills: readonly Float32Array[]
    asGrey: boolean
    invert: boolean
    keepGrey?: boolean
    /** Without it the fill goes in as it is; with `keepGrey` it has no part. The seed draws the grain. */
    finish?: FinishSettings & { readonly seed: number }
    out: string
    recipe: Recipe | null
  }): Promise<WrittenImage & { changedOutside: number; grain: number }>
  /** Samples as 8-bit PNG files, atomically; `tensors` also writes `<out without .png>.npy`, float32 CHW. */
  writeImages(args: {
    images: Float32Array
    shape: { n: number; c: number; h: number; w: number }
    range: readonly [number, number]
    files: readonly { readonly out: string; readonly recipe: Recipe | null }[]
    tensors: boolean
  }): Promise<readonly WrittenImage[]>
  /** Samples side by side in rows, on grey, as one 8-bit PNG. Pixels between them: `gap`. */
  writeSheet(args: {
    images: Float32Array
    shape: { n: number; c: number; h: number; w: number }
    range: readonly [number, number]
    columns: number
    gap: number
    out: string
  }): Promise<WrittenImage>
  /**
   * A picture as the model takes it, [c, h, w] in its range: the largest part of the wanted shape from its middle, resampled where the size
   * differs. A colour picture is refused for a one-channel model (code `request`) unless `asGrey`.
   */
  readPicture(args: { path: string; model: ModelSize; width: number; height: number; asGrey: boolean }): Promise<{
    picture: Float32Array
    /** Of the file's bytes. */
    sha256: string
    resized: boolean
  }>
  /** A finished picture in another format, or its fill as a layer; `original` is the user's file, for its camera data. */
  save(args: {
    picture: string
    fill: FillOf | null
    original: string | null
    settings: SaveSettings
    out: string
  }): Promise<SavedPicture>
  readRecipe(args: { path: string }): Promise<Recipe | null>
  /** A smaller picture for lists: PNG of at most `size` px a side. */
  thumbnail(args: { path: string; size: number; out: string }): Promise<void>
  /** In the order of the paths; null: there is no such file. */
  describe(args: { paths: readonly string[] }): Promise<readonly (PictureFacts | null)[]>
  readTexts(args: { path: string }): Promise<PictureText>
  /** The same as WebP, for the cells of the library; a picture of at most 128 px a side loses nothing. */
  thumb(args: { path: string; size: number; out: string }): Promise<void>
  /** The same pixels, without any text in the file unless `recipe`. */
  copyPicture(args: { from: string; out: string; recipe: boolean }): Promise<void>
  /** The tables of a comparison with their legend as one PNG, `cell` pixels wide and `aspect` times as high. Refuses (code `request`) more than `megapixelLimit`. */
  compareSheet(args: {
    title: string
    legend: readonly string[]
    sections: readonly SheetSection[]
    cell: number
    aspect: number
    out: string
  }): Promise<{ width: number; height: number }>
  /** The photograph as it is, or with its mask painted over in mid grey, as PNG. */
  writeStage(args: { photo: string; mask: string | null; out: string }): Promise<WrittenImage>
  /** Pictures of any size in cells of `cell` px, each with lines below it, as one 8-bit PNG without text chunks. `title` stands above. */
  contactSheet(args: {
    cells: readonly SheetCell[]
    columns: number
    cell: number
    title: string
    out: string
  }): Promise<{ width: number; height: number }>
  /** `photo` everywhere is the folder given to `open`. Frees what is held of it in memory. */
  close(args: { photo: string }): Promise<void>
  [method: string]: (args: never) => unknown
}
