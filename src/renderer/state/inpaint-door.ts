import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { goTo } from './preferences.ts'

/** How another screen hands a photo to Inpaint: it leaves the id here, Inpaint takes it when it is shown. */
export const inpaintDoor = createStore<{ readonly photo: string | null }>(() => ({ photo: null }))

/** `photoId` as `upload` or the method `openSample` answered it. Shows the Inpaint screen. */
export function openInInpaint(photoId: string): void {
  inpaintDoor.setState({ photo: photoId })
  goTo('inpaint')
}

/** The photo that waits, and from then on none: for Inpaint alone. */
export function takePhotoToOpen(): string | null {
  const { photo } = inpaintDoor.getState()
  if (photo !== null) inpaintDoor.setState({ photo: null })
  return photo
}

export function usePhotoToOpen(): string | null {
  return useStore(inpaintDoor, (state) => state.photo)
}
