import { useEffect, useState } from 'react'
import type { FillPlan } from '../../shared/imaging.ts'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import type { BlendSettings } from '../../shared/request.ts'
import { call } from '../state/client.ts'
import { useInpaint } from './session.ts'

export interface Planned {
  readonly plan: FillPlan
  readonly error: ErrorData | null
}

const nothing: Planned = { plan: { crops: [], painted: 0 }, error: null }

/** The windows of the fill as it would run now: asked again once the mask is saved or a setting has come to rest. */
export function useFillPlan(photo: string | null, model: string, blend: BlendSettings): Planned {
  const saves = useInpaint((state) => state.saves)
  const empty = useInpaint((state) => state.empty)
  const [planned, setPlanned] = useState<Planned>(nothing)
  useEffect(() => {
    if (photo === null || model === '' || empty) {
      setPlanned(nothing)
      return undefined
    }
    let current = true
    const timer = setTimeout(() => {
      call('planFill', { photo, model, blend }).then(
        (plan) => current && setPlanned({ plan, error: null }),
        (error: unknown) => current && setPlanned({ ...nothing, error: toErrorData(error) }),
      )
    }, 120)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [photo, model, blend, saves, empty])
  return planned
}
