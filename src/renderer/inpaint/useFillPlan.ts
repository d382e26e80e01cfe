import { useEffect, useState } from 'react'
import type { FillPlan } from '../../shared/imaging.ts'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import type { BlendSettings, InpaintSettings } from '../../shared/request.ts'
import { call } from '../state/client.ts'
import { useInpaint } from './session.ts'

export interface Planned {
  readonly plan: FillPlan
  readonly error: ErrorData | null
}

const nothing: Planned = { plan: { crops: [], painted: 0 }, error: null }

/**
 * The windows of the fill as it would run now, and what its passes cost where its settings can be told: asked again once the mask is saved or a
 * setting has come to rest.
 */
export function useFillPlan(
  photo: string | null,
  model: string,
  blend: BlendSettings,
  settings: InpaintSettings | undefined,
): Planned {
  const saves = useInpaint((state) => state.saves)
  const empty = useInpaint((state) => state.empty)
  const [answer, setAnswer] = useState<{ readonly of: string; readonly planned: Planned }>({ of: '', planned: nothing })
  const idle = photo === null || model === '' || empty
  // The seed changes with every fill and nothing of this with it.
  const asked = settings === undefined ? '' : JSON.stringify({ ...settings, seed: 0 })
  useEffect(() => {
    if (idle) return undefined
    let current = true
    const take = (planned: Planned) => current && setAnswer({ of: photo, planned })
    const timer = setTimeout(() => {
      call('planFill', { photo, model, blend, ...(asked === '' ? {} : { settings: JSON.parse(asked) as InpaintSettings }) }).then(
        (plan) => take({ plan, error: null }),
        (error: unknown) => take({ ...nothing, error: toErrorData(error) }),
      )
    }, 120)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [idle, photo, model, blend, asked, saves])
  // The last plan stays until the next is here, unless it belongs to another photograph.
  return idle || answer.of !== photo ? nothing : answer.planned
}
