import { useCallback } from 'react'
import { said } from '../i18n/said.ts'
import { upload } from '../state/client.ts'
import { usePhotos } from '../state/photos.ts'
import { attempt, useApp } from '../state/store.ts'
import { change } from './session.ts'
import type { Names } from './words.ts'

/**
 * Photographs by the names of their files without the endings, models by those of their cards. Asked anew with each comparison that is shown: its
 * photographs may have been opened for it.
 */
export function useNames(comparison: string | undefined): Names {
  const { photos } = usePhotos(comparison)
  const models = useApp((state) => state.models)
  return useCallback(
    (id) => {
      const photo = photos.find((one) => one.id === id)
      if (photo !== undefined) return photo.name.replace(/\.[a-z0-9]{1,5}$/i, '')
      const card = models?.find((one) => one.id === id)?.card
      return card === undefined || card === null ? id : said(card.name)
    },
    [photos, models],
  )
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
