import { memo, useState } from 'react'
import { IconAlertTriangle, IconCheck, IconHeart, IconHeartFilled, IconPhotoOff } from '@tabler/icons-react'
import type { LibraryPicture } from '../../shared/library.ts'
import type { Messages } from '../i18n/index.ts'
import { resourceUrl } from '../state/client.ts'
import { crispUpTo } from '../ui/crisp.ts'
import { pictureLabel, pictureWords, smallUrl } from './facts.ts'
import styles from './Grid.module.css'

export const cellId = (index: number): string => `gallery-cell-${index}`

interface CellProps {
  /** Undefined while its page is asked for. */
  readonly picture: LibraryPicture | undefined
  readonly index: number
  readonly total: number
  readonly picked: boolean
  readonly current: boolean
  /** Not while the pictures rush by: nobody sees them, and each would be drawn and decoded. */
  readonly load: boolean
  /** Given, so that no cell has to listen for another language. */
  readonly words: Messages['gallery']
}

/** One picture. Its words are drawn and not written: what is said of it is its label. What a pointer does is seen to by the grid, which finds the cell by its `data-index`. */
export const Cell = memo(function Cell({ picture, index, total, picked, current, load, words }: CellProps) {
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <option> stands in a <select> alone, and the grid is none
      role="option"
      id={cellId(index)}
      className={styles.cell}
      data-index={index}
      data-current={current ? true : undefined}
      data-small={picture !== undefined && picture.width <= crispUpTo ? true : undefined}
      aria-selected={picked}
      aria-posinset={index + 1}
      aria-setsize={total}
      aria-label={picture === undefined ? words.picture(index + 1) : pictureLabel(picture, words)}
    >
      {picture === undefined || !load ? null : (
        <>
          {picture.damaged ? (
            <Sign Icon={IconAlertTriangle} says={words.cell.unreadable} />
          ) : (
            <Thumb key={picture.thumb} picture={picture} failure={words.cell.unshown} />
          )}
          <span className={styles.caption} data-words={pictureWords(picture, words)} aria-hidden />
          <span className={styles.mark} data-part="mark" aria-hidden>
            {picked ? <IconCheck stroke={3} /> : null}
          </span>
          <span className={styles.heart} data-part="heart" data-on={picture.favourite ? true : undefined} aria-hidden>
            {picture.favourite ? <IconHeartFilled /> : <IconHeart />}
          </span>
        </>
      )}
    </div>
  )
})

/** Once seen, a small picture stands at once, however fast it comes by again. By its address. */
const seen = new Set<string>()
export const wasSeen = (picture: LibraryPicture): boolean => seen.has(smallUrl(picture))

/** Where it could not be had, it is asked for again as soon as the library is. */
function Thumb({ picture, failure }: { readonly picture: LibraryPicture; readonly failure: string }) {
  const [failed, setFailed] = useState<LibraryPicture | null>(null)
  const url = smallUrl(picture)
  if (failed === picture) return <Sign Icon={IconPhotoOff} says={failure} />
  return (
    <img
      className={styles.picture}
      src={resourceUrl(url)}
      alt=""
      decoding="async"
      draggable={false}
      onLoad={() => seen.add(url)}
      onError={() => setFailed(picture)}
    />
  )
}

function Sign({ Icon, says }: { readonly Icon: typeof IconPhotoOff; readonly says: string }) {
  return (
    <span className={styles.sign} aria-hidden>
      <Icon />
      <small data-words={says} />
    </span>
  )
}
