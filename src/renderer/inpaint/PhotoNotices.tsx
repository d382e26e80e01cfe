import { IconX } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { IconButton } from '../ui/index.ts'
import styles from './InpaintScreen.module.css'
import { session, useInpaint } from './session.ts'

/** What is to be known of the photograph, over its corner until it is put away. */
export function PhotoNotices({ notices }: { readonly notices: readonly string[] }) {
  const t = useWords().inpaint
  const putAway = useInpaint((state) => state.putAway)
  const shown = notices.filter((notice) => !putAway.has(notice))
  if (shown.length === 0) return null
  return (
    <ul className={styles.notices} data-over-canvas>
      {shown.map((notice) => (
        <li key={notice}>
          {said(notice)}
          <IconButton
            size="small"
            label={t.closeMessage}
            onClick={() => session.setState({ putAway: new Set([...putAway, notice]) })}
          >
            <IconX aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
