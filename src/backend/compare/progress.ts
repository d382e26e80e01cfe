import type { JobProgress } from '../../shared/api.ts'
import type { PlannedCell } from './plan.ts'

/** Progress over cells that cost each their own: in model calls, as they are timed. A model that was not measured yet is taken to be like the one at work. */
export interface CompareProgress {
  /** `cell` says this of its own run. */
  step(cell: PlannedCell, own: JobProgress): JobProgress
  /** Its run is over, in so many milliseconds. */
  done(cell: PlannedCell, milliseconds: number): void
}

interface Share {
  /** Calls that are still to come or under way, of all cells of a model. */
  waiting: number
  calls: number
  milliseconds: number
}

export function trackCells(cells: readonly PlannedCell[]): CompareProgress {
  const shares = new Map<string, Share>()
  const shareOf = ({ group: [model = ''] }: PlannedCell): Share => {
    const share = shares.get(model) ?? { waiting: 0, calls: 0, milliseconds: 0 }
    shares.set(model, share)
    return share
  }
  for (const cell of cells) shareOf(cell).waiting += cell.cost
  const costs = new Map<number, number>()
  let behind = 0
  /** What the run says that it costs takes the place of what was planned: a fill has as many windows as its mask wants. */
  const corrected = (cell: PlannedCell, cost: number): void => {
    shareOf(cell).waiting += cost - (costs.get(cell.cell) ?? cell.cost)
    costs.set(cell.cell, cost)
  }
  return {
    step(cell, own) {
      corrected(cell, own.callsTotal)
      const now = own.callsPerSecond > 0 ? 1000 / own.callsPerSecond : 0
      const calls = behind + own.calls
      let waiting = 0
      let left = -own.calls * now
      for (const share of shares.values()) {
        waiting += share.waiting
        left += share.waiting * (share === shareOf(cell) || share.calls === 0 ? now : share.milliseconds / share.calls)
      }
      return {
        step: calls,
        steps: behind + waiting,
        calls,
        callsTotal: behind + waiting,
        callsPerSecond: own.callsPerSecond,
        secondsLeft: Math.max(0, left) / 1000,
        sigma: own.sigma,
      }
    },
    done(cell, milliseconds) {
      const cost = costs.get(cell.cell) ?? cell.cost
      const share = shareOf(cell)
      share.waiting -= cost
      share.calls += cost
      share.milliseconds += milliseconds
      behind += cost
    },
  }
}
