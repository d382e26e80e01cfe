import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { ApiOutput } from '../../shared/api.ts'
import { call } from './client.ts'
import { useApp } from './store.ts'

/** Measured time of a model call, asked of the backend; never made up here. Null: not measured yet. */
export type Estimate = ApiOutput<'estimate'>

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
