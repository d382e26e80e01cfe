import { useEffect, useState } from 'react'
import type { Job } from '../../shared/api.ts'
import { parseTrace, type Trace } from '../../shared/trace.ts'
import { resourceUrl } from '../state/client.ts'
import { isOver } from '../state/jobs.ts'

/** The last one that was read: it may be large, and arrows go from picture to picture of the same run. */
let last: { readonly job: string; readonly trace: Trace } | undefined

/** Was this run asked to record its way, and has it ended? Of one that failed or was cancelled there is what was done. */
export const isTraced = (job: Job): boolean => job.request.settings.trace === true && isOver(job)

/** What the run said of its way; null while it is read; undefined where there is none. */
export function useTrace(job: Job | undefined): Trace | null | undefined {
  const id = job?.id ?? ''
  const traced = job !== undefined && isTraced(job)
  const [read, setRead] = useState<{ readonly job: string; readonly trace: Trace | undefined } | undefined>(last)
  useEffect(() => {
    if (!traced || last?.job === id) return undefined
    let left = false
    void fetch(resourceUrl(`/job/${id}/trace.json`))
      .then((reply) => (reply.ok ? reply.text() : ''))
      .catch(() => '')
      .then((text) => {
        const trace = parseTrace(text)
        if (trace !== undefined) last = { job: id, trace }
        if (!left) setRead({ job: id, trace })
      })
    return () => {
      left = true
    }
  }, [id, traced])
  if (!traced) return undefined
  if (last?.job === id) return last.trace
  return read?.job === id ? read.trace : null
}
