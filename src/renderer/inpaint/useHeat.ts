import { useEffect, useMemo } from 'react'
import { tileSize } from '../../shared/imaging.ts'
import { createCalls } from '../editor/calls.ts'
import type { HeatPyramid } from '../editor/stage.ts'
import { words } from '../i18n/index.ts'
import { resourceUrl } from '../state/client.ts'
import type { Fill } from './fills.ts'
import { comparedFills, tilesToCompare } from './heat.ts'
import { useInpaint } from './session.ts'

const startWorker = (): Worker => new Worker(new URL('heat.worker.ts', import.meta.url), { type: 'module', name: 'heat' })

export interface Heat {
  /** Fills that can be compared; 0 or at least 2. */
  readonly count: number
  /** Are they the kept ones? */
  readonly kept: boolean
  readonly shown: HeatPyramid | null
}

/** The heat map as a pyramid of tiles, each worked out in a thread of its own when it comes in sight. */
export function useHeat(fills: readonly Fill[]): Heat {
  const kept = useInpaint((state) => state.kept)
  const picked = useInpaint((state) => state.picked)
  const on = useInpaint((state) => state.heat)
  const compared = useMemo(() => comparedFills(fills, kept, picked), [fills, kept, picked])
  // While the same fills are compared the tiles stay, however often the list is made anew.
  const key = compared.map(({ picture }) => picture.url).join()
  const made = useMemo(() => {
    const levels = compared[0]?.picture.levels
    if (!on || compared.length < 2 || levels === undefined) return null
    const calls = createCalls<readonly string[], ImageBitmap>(startWorker, words().inpaint.problems.heat)
    const pyramid: HeatPyramid = {
      levels,
      url: (level, column, row) => `${level}/${column}/${row}`,
      load(place) {
        const [level = 0, column = 0, row = 0] = place.split('/').map(Number)
        return calls.ask(tilesToCompare(compared, [level, column, row], tileSize).map(resourceUrl))
      },
    }
    return { pyramid, stop: () => calls.stop() }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `key` stands for `compared`, which is made anew at every change of the list
  }, [on, key])
  useEffect(() => () => made?.stop(), [made])
  return {
    count: compared.length,
    kept: compared.every((fill) => kept.has(`${fill.job}/${fill.image}`)),
    shown: made?.pyramid ?? null,
  }
}
