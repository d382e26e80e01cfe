import { IconArrowBackUp } from '@tabler/icons-react'
import { usePhotos } from '../state/photos.ts'
import { useWords } from '../i18n/index.ts'
import { Button } from '../ui/index.ts'
import styles from './InpaintScreen.module.css'
import { openPhoto } from './session.ts'

/** The way back along the chain of fills that were taken to go on with. */
export function CameFrom({ photo }: { readonly photo: string }) {
  const t = useWords().inpaint
  const before = usePhotos().photos.find(({ id }) => id === photo)
  if (before === undefined) return null
  return (
    <div className={styles.cameFrom} data-over-canvas>
      <Button
        kind="quiet"
        size="small"
        icon={<IconArrowBackUp aria-hidden />}
        title={t.backToTitle}
        onClick={() => void openPhoto(photo)}
      >
        {t.backTo(before.name)}
      </Button>
    </div>
  )
}
