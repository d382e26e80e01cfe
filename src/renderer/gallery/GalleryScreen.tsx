import { useEffect, useLayoutEffect, useMemo } from 'react'
import { useWords } from '../i18n/index.ts'
import { useCommands } from '../state/commands.ts'
import { setDocument } from '../state/frame.ts'
import { lookOnFocus, startGallery, useGallery } from '../state/gallery.ts'
import { Screen } from '../ui/Screen.tsx'
import { galleryCommands } from './commands.ts'
import { Details } from './Details.tsx'
import { Dialogs } from './Dialogs.tsx'
import { Grid } from './Grid.tsx'
import { LargeView } from './LargeView.tsx'
import { Banners, Nothing } from './States.tsx'
import { Toolbar } from './Toolbar.tsx'
import styles from './GalleryScreen.module.css'

/** Every finished picture: found, looked at, made again, tidied. */
export function GalleryScreen() {
  const name = useWords().screens.gallery
  const total = useGallery((state) => state.total)
  const large = useGallery((state) => state.large)
  useEffect(() => setDocument(name), [name])
  // Before the first drawing, beside which the answer comes.
  useLayoutEffect(startGallery, [])
  useEffect(lookOnFocus, [])
  useCommands(useMemo(() => galleryCommands(), []))
  return (
    <>
      <Screen
        label={name}
        main={
          <div className={styles.main}>
            <Toolbar />
            <Banners />
            {total === null || total === 0 ? <Nothing /> : <Grid total={total} />}
          </div>
        }
        // The large view brings the same of the same picture.
        inspector={large ? null : <Details />}
      />
      {large ? <LargeView /> : null}
      <Dialogs />
    </>
  )
}
