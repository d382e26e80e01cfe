import { useEffect, useState, type KeyboardEvent } from 'react'
import { IconPhotoOff, IconZoomIn, IconZoomOut } from '@tabler/icons-react'
import type { LibraryPicture } from '../../shared/library.ts'
import { useWords } from '../i18n/index.ts'
import { resourceUrl } from '../state/client.ts'
import { pick, showLarge, showRange, useGallery } from '../state/gallery.ts'
import { pictureAt } from '../state/gallery-pages.ts'
import { attempt } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { crispUpTo } from '../ui/crisp.ts'
import { LargePicture } from '../ui/LargePicture.tsx'
import { putIntoTrash, toggleFavourite } from './actions.ts'
import { One } from './Details.tsx'
import { useZoom, zoomWords } from './useZoom.ts'
import styles from './LargeView.module.css'

/** One picture as large as the window allows, or at its own size. Arrows go on through the query, Escape back to the grid. */
export function LargeView() {
  const t = useWords().gallery.large
  const at = useGallery((state) => state.at)
  const total = useGallery((state) => state.total ?? 0)
  const picture = useGallery((state) => (state.at === null ? undefined : pictureAt(state.pages, state.at)))
  const zoom = useZoom()
  // The neighbours are there before they are asked for.
  useEffect(() => {
    if (at !== null) showRange(Math.max(0, at - 1), Math.min(total, at + 2))
  }, [at, total])
  if (at === null || total === 0) return null
  const { id } = picture ?? {}
  const acts: Readonly<Record<string, () => void>> = {
    f: () => id !== undefined && attempt(() => toggleFavourite([id])),
    Delete: () => id !== undefined && picture?.trashed === null && attempt(() => putIntoTrash([id])),
    '0': zoom.fit,
    '1': zoom.actual,
    '+': () => zoom.by(2),
    '=': () => zoom.by(2),
    '-': () => zoom.by(0.5),
  }
  const onKey = (event: KeyboardEvent) => {
    const act = acts[event.key]
    // A key that is held must not throw one after another away.
    if (!(event.repeat && event.key === 'Delete')) act?.()
    return act !== undefined
  }
  return (
    <LargePicture
      label={t.title(at + 1, total)}
      heading={<span>{t.place(at + 1, total)}</span>}
      at={at}
      total={total}
      onGo={(to) => attempt(() => pick(to, 'only'))}
      onClose={() => showLarge(false)}
      onKey={onKey}
      stage={
        <>
          <Stage picture={picture} zoom={zoom} />
          <div className={styles.zoom}>
            <IconButton size="small" label={t.smaller} onClick={() => zoom.by(0.5)}>
              <IconZoomOut aria-hidden />
            </IconButton>
            <output className="mono" aria-label={t.zoom}>
              {zoomWords(zoom.scale)}
            </output>
            <IconButton size="small" label={t.larger} onClick={() => zoom.by(2)}>
              <IconZoomIn aria-hidden />
            </IconButton>
            <Button size="small" kind="quiet" aria-pressed={zoom.scale === null} title={t.fitTitle} onClick={zoom.fit}>
              {t.fit}
            </Button>
            <Button size="small" kind="quiet" aria-pressed={zoom.scale === 1} title={t.actualTitle} onClick={zoom.actual}>
              {t.actual}
            </Button>
          </div>
        </>
      }
    >
      {picture === undefined ? null : <One key={picture.id} picture={picture} />}
    </LargePicture>
  )
}

function Stage({
  picture,
  zoom: { scale, attach, handlers, fit, actual },
}: {
  readonly picture: LibraryPicture | undefined
  readonly zoom: ReturnType<typeof useZoom>
}) {
  const { details } = useWords().gallery
  const [failed, setFailed] = useState<string | null>(null)
  if (picture === undefined) return null
  if (picture.damaged || failed === picture.url) {
    return (
      <p className={styles.none}>
        <IconPhotoOff aria-hidden />
        {picture.damaged ? details.unreadable : details.gone}
      </p>
    )
  }
  const { width, height, url, name } = picture
  const crisp = Math.max(width, height) <= crispUpTo || (scale ?? 0) >= 2
  const size = scale === null ? {} : { width: (width * scale) / devicePixelRatio, height: (height * scale) / devicePixelRatio }
  return (
    <div
      ref={attach}
      className={scale === null ? styles.fit : styles.pan}
      role="presentation"
      onDoubleClick={() => (scale === null ? actual() : fit())}
      {...handlers}
    >
      <img
        key={url}
        className={`${styles.picture} ${crisp ? styles.crisp : ''}`}
        style={size}
        src={resourceUrl(url)}
        alt={name}
        draggable={false}
        onError={() => setFailed(url)}
      />
    </div>
  )
}
