import { useCallback, useEffect, useState } from 'react'
import type { Photo } from '../../shared/api.ts'
import { call, upload } from '../state/client.ts'
import { attempt, useApp } from '../state/store.ts'
import { change } from './session.ts'

/** The photographs that can be compared on: all that were opened, in either screen. */
export function usePhotos(): { readonly photos: readonly Photo[]; readonly refresh: () => void } {
  const [photos, setPhotos] = useState<readonly Photo[]>([])
  const connection = useApp((state) => state.connection)
  const refresh = useCallback(() => {
    call('photos', {}).then(setPhotos, () => undefined)
  }, [])
  useEffect(refresh, [refresh, connection])
  return { photos, refresh }
}

/** Without their endings. Asked anew with each comparison that is shown: its photographs may have been opened for it. */
export function usePhotoNames(comparison: string | undefined): (photo: string) => string {
  const { photos, refresh } = usePhotos()
  useEffect(refresh, [refresh, comparison])
  return (photo) => photos.find(({ id }) => id === photo)?.name.replace(/\.[a-z0-9]{1,5}$/i, '') ?? photo
}

/** Asks for pictures of this machine; resolves when they are open. */
export function choosePhoto(onOpen: (photo: string) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = 'image/*'
  input.onchange = () => {
    const [file] = input.files ?? []
    if (file === undefined) return
    attempt(async () => {
      const photo = await upload(file)
      change({ photo })
      onOpen(photo)
    })
  }
  input.click()
}
