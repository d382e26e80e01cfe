import { useEffect, useMemo, useState } from 'react'
import { picturesEach } from '../../shared/compare.ts'
import { parseTrace, type Trace } from '../../shared/trace.ts'
import { resourceUrl } from '../state/client.ts'
import { wayOf, type WayStep } from '../way/way.ts'
import type { CompareJob } from './session.ts'

/** Traces by job and cell; they do not change once the cell is finished. A few are kept: the viewer goes back and forth. */
const read = new Map<string, Promise<Trace | undefined>>()
const kept = 24

function traceOf(job: string, cell: number): Promise<Trace | undefined> {
  const path = `/job/${job}/${cell}/trace.json`
  const known = read.get(path)
  if (known !== undefined) return known
  const reading = fetch(resourceUrl(path))
    .then((reply) => (reply.ok ? reply.text() : ''))
    .catch(() => '')
    .then(parseTrace)
  read.set(path, reading)
  for (const [old] of [...read].slice(0, Math.max(0, read.size - kept))) read.delete(old)
  return reading
}

/** The way of the first picture of each cell; undefined where it was not recorded, or is not read yet. */
export function useWays(job: CompareJob, cells: readonly number[]): readonly (readonly WayStep[] | undefined)[] {
  const traced = job.request.settings.trace === true
  const each = picturesEach(job.request)
  const [traces, setTraces] = useState<Readonly<Record<string, Trace>>>({})
  const finished = cells.filter((cell) => job.images[cell * each]?.url !== null)
  const key = traced ? finished.join(',') : ''
  const { id } = job
  useEffect(() => {
    let left = false
    for (const cell of key === '' ? [] : key.split(',').map(Number)) {
      void traceOf(id, cell).then((trace) => {
        if (!left && trace !== undefined) setTraces((all) => ({ ...all, [`${id} ${cell}`]: trace }))
      })
    }
    return () => {
      left = true
    }
  }, [id, key])
  return useMemo(
    () =>
      cells.map((cell) => {
        const trace = traces[`${id} ${cell}`]
        return trace === undefined ? undefined : wayOf(trace, 0)
      }),
    [cells, traces, id],
  )
}
