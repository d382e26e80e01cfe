import { IconAlertTriangle, IconX } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { IconButton } from '../ui/index.ts'
import styles from './Problem.module.css'

/** What went wrong, in its own one sentence: it names the file or the setting, so nothing general is added. */
export function Problem({ message, onClose }: { readonly message: string; readonly onClose?: (() => void) | undefined }) {
  const t = useWords().inpaint
  return (
    <div role="alert" className={styles.problem}>
      <IconAlertTriangle aria-hidden className={styles.icon} />
      <span className={styles.words}>{message}</span>
      {onClose === undefined ? null : (
        <IconButton size="small" label={t.closeMessage} onClick={onClose}>
          <IconX aria-hidden />
        </IconButton>
      )}
    </div>
  )
}
