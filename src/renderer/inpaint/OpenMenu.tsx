import { IconFolderOpen } from '@tabler/icons-react'
import { usePhotos } from '../state/photos.ts'
import { useWords } from '../i18n/index.ts'
import { Button, IconButton } from '../ui/index.ts'
import { Popover } from '../ui/Popover.tsx'
import styles from './OpenMenu.module.css'
import { coarsestTile, openPhoto, useInpaint } from './session.ts'

/** Another photograph: from a file, or one of those that were on the table before. */
export function OpenMenu({ onOpen }: { readonly onOpen: () => void }) {
  const t = useWords().inpaint.open
  return (
    <Popover
      label={t.another}
      position="right-start"
      target={(props) => (
        <IconButton size="large" label={t.another} {...props}>
          <IconFolderOpen aria-hidden />
        </IconButton>
      )}
    >
      {(close) => (
        <>
          <Button
            wide
            hint="Ctrl O"
            onClick={() => {
              close()
              onOpen()
            }}
          >
            {t.file}
          </Button>
          <Recent onOpened={close} />
        </>
      )}
    </Popover>
  )
}

function Recent({ onOpened }: { readonly onOpened: () => void }) {
  const t = useWords().inpaint.open
  const here = useInpaint((state) => state.open?.photo.id)
  const recent = usePhotos()
    .photos.slice(0, 13)
    .filter(({ id }) => id !== here)
  if (recent.length === 0) return null
  return (
    <>
      <h3 className={styles.heading}>{t.recent}</h3>
      <ul className={styles.list} aria-label={t.recent}>
        {recent.map((photo) => (
          <li key={photo.id}>
            <button
              type="button"
              className={styles.photo}
              title={`${photo.info.width} × ${photo.info.height}`}
              onClick={() => {
                onOpened()
                void openPhoto(photo.id)
              }}
            >
              <img src={coarsestTile(photo)} alt="" draggable={false} />
              <span>{photo.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
