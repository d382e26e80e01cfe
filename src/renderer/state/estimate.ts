import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { ApiOutput } from '../../shared/api.ts'
import type { CallTime } from '../../shared/engine.ts'
import { call } from './client.ts'
import { useApp } from './store.ts'

/** Time of a model call, asked of the backend, never made up here: measured, or reckoned as a range. */
export type Estimate = ApiOutput<'estimate'>

/** Of so many calls one after another. */
export const timeOf = (calls: number, estimate: Estimate | null): CallTime | null =>
  estimate === null ? null : { least: calls * estimate.reckoned.least, most: calls * estimate.reckoned.most }

/** The newest answer, for the title bar. */
const newest = createStore<{ readonly estimate: Estimate | null }>(() => ({ estimate: null }))
export const useNewestEstimate = (): Estimate | null => useStore(newest, (state) => state.estimate)

/** Asked again when a job ends, since that is when there is something new to know. */
export function useEstimate(model: string | null, device: string, batch: number): Estimate | null {
  const [estimate, setEstimate] = useState<Estimate | null>(null)
  const ended = useApp((state) => state.order.filter((id) => (state.jobs[id]?.report ?? null) !== null).length)
  useEffect(() => {
    if (model === null || !Number.isInteger(batch) || batch < 1) return
    let current = true
    call('estimate', { model, device, batch }).then(
      (answer) => {
        if (!current) return
        setEstimate(answer)
        newest.setState({ estimate: answer })
      },
      () => current && setEstimate(null),
    )
    return () => {
      current = false
    }
  }, [model, device, batch, ended])
  return estimate
}
