import { useEffect, useState } from 'react'
import type { Photo } from '../../shared/api.ts'
import { call } from '../state/client.ts'

/** Photographs that were on the table, the last one first. None is no error: what shows them leaves them out. */
export function useRecent(most: number): readonly Photo[] {
  const [recent, setRecent] = useState<readonly Photo[]>([])
  useEffect(() => {
    let current = true
    call('photos', {}).then(
      (photos) => current && setRecent(photos.slice(0, most)),
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [most])
  return recent
}
