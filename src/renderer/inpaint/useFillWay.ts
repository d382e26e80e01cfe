import { useMemo } from 'react'
import type { Preview } from '../../shared/engine.ts'
import type { CropRecipe } from '../../shared/recipe.ts'
import { upright } from '../state/jobs.ts'
import { useApp } from '../state/store.ts'
import { isTraced, useTrace } from '../way/useTrace.ts'
import { previewAt, wayOf, type WayStep } from '../way/way.ts'
import type { Fill } from './fills.ts'
import { useInpaint } from './session.ts'

/** The estimate of a step where it was made: in its window of the photograph. */
export interface Looked {
  readonly crop: CropRecipe
  readonly preview: Preview
}

export interface FillWay {
  /** Of the window that is looked at; null while it is read, undefined where it cannot be. */
  readonly way: readonly WayStep[] | null | undefined
  readonly at: number | null
  readonly window: number
  readonly windows: number
  readonly looked: Looked | undefined
}

/** How the chosen fill came, where that was recorded; each of its windows came by a way of its own. */
export function useFillWay(chosen: Extract<Fill, { kind: 'done' }> | undefined): FillWay | undefined {
  const job = useApp((state) => (chosen === undefined ? undefined : state.jobs[chosen.job]))
  const shown = useInpaint((state) => state.way)
  const image = chosen?.image
  const traced = job !== undefined && isTraced(job)
  const trace = useTrace(shown === null ? undefined : job)
  // Also of a fill that ended early, whose job has no report.
  const crops = trace?.recipe.kind === 'inpaint' ? trace.recipe.crops : chosen?.crops
  const window = Math.min(shown?.window ?? 0, Math.max(0, (crops?.length ?? 0) - 1))
  const way = useMemo(() => {
    if (trace === null) return null
    return trace === undefined || image === undefined ? undefined : wayOf(trace, image, window)
  }, [trace, image, window])
  const at = shown?.at ?? null
  const looked = useMemo(() => {
    const crop = crops?.[window]
    const preview = way === null || way === undefined || at === null ? undefined : previewAt(way, at)
    return job === undefined || crop === undefined || preview === undefined ? undefined : { crop, preview: upright(preview, job) }
  }, [crops, window, way, at, job])
  if (!traced) return undefined
  return { way, at, window, windows: crops?.length ?? 0, looked }
}
