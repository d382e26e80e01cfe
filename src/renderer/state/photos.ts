import { useCallback, useEffect, useRef, useState } from 'react'
import type { Photo } from '../../shared/api.ts'
import { call } from './client.ts'
import { useApp } from './store.ts'

/**
 * The photographs that are or were on the table, the last one first. Asked anew when `again` changes, when the connection comes back, and by
 * `refresh`; the last answer wins. None is no error: what shows them leaves them out.
 */
export function usePhotos(again?: unknown): { readonly photos: readonly Photo[]; readonly refresh: () => void } {
  const [photos, setPhotos] = useState<readonly Photo[]>([])
  const connection = useApp((state) => state.connection)
  const asked = useRef(0)
  const refresh = useCallback(() => {
    const own = ++asked.current
    call('photos', {}).then(
      (list) => own === asked.current && setPhotos(list),
      () => undefined,
    )
  }, [])
  useEffect(() => {
    refresh()
    const count = asked
    // An answer that comes after the screen is gone is nobody's.
    return () => void count.current++
  }, [refresh, connection, again])
  return { photos, refresh }
}
