import { beginAt, inpainterCalls, planLevels, trainedLevels } from '../core/index.ts'
import type { Beginning, RunArgs, RunResult } from '../shared/engine.ts'
import type { FillInput, FillRun } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import type { InpaintSettings, Resolved } from '../shared/request.ts'
import { scaleOf, windowCrops } from '../shared/windows.ts'
import type { Imaging } from './imaging.ts'
import { type Checked, sizeOf } from './request.ts'
import { findInpainter } from './tables.ts'

/** What a fill is made of: of each crop the first fill, then its refinements, each a run of the engine that begins at the one before. */

type Fill = Checked<Resolved<InpaintSettings>>

export interface PlannedRun extends FillRun {
  readonly of: CropRecipe
  /** How many refinements its crop has. */
  readonly refinements: number
  /** Transitions. */
  readonly steps: number
}

/** Pixels that one look of the model at this crop has, as pictures of its own size: what a call costs. */
export function picturesOf(crop: CropRecipe, { card }: Fill['model']): number {
  const own = sizeOf(card)
  const pixels = windowCrops(crop).reduce((sum, { modelWidth, modelHeight }) => sum + modelWidth * modelHeight, 0)
  return pixels / (own.width * own.height)
}

/** In the order they are made, for one batch. */
export function plannedRuns(fill: Fill, crops: readonly CropRecipe[]): readonly PlannedRun[] {
  const { settings } = fill
  const first = walked(fill, firstShare(fill))
  const again = walked(fill, settings.refineStrength)
  return crops.flatMap((crop, at) =>
    [crop, ...(crop.refine ?? [])].map((of, stage): PlannedRun => {
      const { calls, steps } = stage === 0 ? first : again
      const windows = of.windows?.at.length ?? 1
      const refinements = crop.refine?.length ?? 0
      return {
        crop: at,
        stage,
        of,
        refinements,
        scale: scaleOf(of),
        windows,
        calls,
        steps,
        cost: calls * picturesOf(of, fill.model),
      }
    }),
  )
}

/** Model calls of the first fill of a crop. */
export const firstCalls = (fill: Fill): number => walked(fill, firstShare(fill)).calls

const firstShare = ({ settings: { start, strength } }: Fill): number => (start === 'noise' ? 1 : strength)

/** Calls and transitions of a run that walks this share of the schedule. */
function walked({ model, settings }: Fill, strength: number): { readonly calls: number; readonly steps: number } {
  const entry = findInpainter(settings.method)
  const trained = trainedLevels(model.card.noise)
  const { levels } = planLevels(trained, settings.spacing, settings.steps, model.card.input.level.between)
  const walk = entry.walk({ ...settings, steps: levels.length - 1 - beginAt(levels, trained, strength) })
  return { calls: inpainterCalls(entry, walk), steps: walk.length }
}

/** Without what only the backend needs. */
export const toldRun = ({ crop, stage, scale, windows, calls, cost }: PlannedRun): FillRun => ({
  crop,
  stage,
  scale,
  windows,
  calls,
  cost,
})

/** What a first fill begins at. */
export function firstBeginning({ start, strength }: Fill['settings'], { photo, quick }: FillInput): Beginning | undefined {
  if (start === 'noise') return undefined
  return { picture: start === 'quick' && quick !== undefined ? quick : photo, strength, stream: 0 }
}

/** What a refinement begins at: the fill before it, twice as large. */
export async function nextBeginning(
  imaging: Imaging,
  { model, settings }: Fill,
  from: CropRecipe,
  { of: to, stage }: PlannedRun,
  { images, shape: { n, c, h, w } }: RunResult,
): Promise<Beginning> {
  const size = c * h * w
  const pictures: Float32Array[] = []
  for (let i = 0; i < n; i++) {
    const fill = images.slice(i * size, (i + 1) * size)
    pictures.push(await imaging.call('enlarge', { from, to, fill, channels: model.card.image.channels }))
  }
  const picture = new Float32Array(pictures.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const one of pictures) {
    picture.set(one, at)
    at += one.length
  }
  return { picture, strength: settings.refineStrength, stream: stage }
}

/** How the engine is asked, but for what depends on who listens. */
export function argsOf(
  { settings }: Fill,
  crop: CropRecipe,
  { photo, mask }: FillInput,
): Omit<Extract<RunArgs, { kind: 'inpaint' }>, 'seeds' | 'preview'> {
  const { windows } = crop
  const side = windows === undefined ? undefined : windows.cell * windows.edge
  return {
    kind: 'inpaint',
    method: settings.method,
    eta: settings.eta,
    jumpLength: settings.jumpLength,
    resamples: settings.resamples,
    steps: settings.steps,
    spacing: settings.spacing,
    variance: settings.variance,
    threshold: settings.threshold,
    ...(settings.dynamic === undefined ? {} : { dynamic: settings.dynamic }),
    settings: settings.settings,
    width: side ?? crop.modelWidth,
    height: side ?? crop.modelHeight,
    ...(windows === undefined ? {} : { windows }),
    photo,
    mask,
  }
}
