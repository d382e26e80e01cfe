import { useEffect, useState } from 'react'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import type { LibraryDetail } from '../../shared/library.ts'
import { call } from '../state/client.ts'
import { useGallery } from '../state/gallery.ts'

/** While arrows run through pictures, only where they rest is asked for. */
const restMs = 70

export interface Detail {
  /** Null until it was read. */
  readonly detail: LibraryDetail | null
  readonly error: ErrorData | null
}
const none: Detail = { detail: null, error: null }

/** What is known of a picture, read anew when the library changes. That of the picture before is never shown for this one. */
export function useDetail(id: string | null): Detail {
  const version = useGallery((state) => state.library?.version)
  const [known, setKnown] = useState<Detail & { readonly id: string | null }>({ id: null, ...none })
  useEffect(() => {
    if (id === null) return
    let over = false
    const timer = setTimeout(() => {
      void call('libraryPicture', { id }).then(
        (detail) => over || setKnown({ id, detail, error: null }),
        (error: unknown) => over || setKnown({ id, detail: null, error: toErrorData(error) }),
      )
    }, restMs)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [id, version])
  return known.id === id ? known : none
}
