import { useEffect } from 'react'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconX } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import type { Notice } from '../state/events.ts'
import { dismissNotice, useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import styles from './Toasts.module.css'

const shownFor = 7000
const icons = { info: IconInfoCircle, good: IconCircleCheck, bad: IconAlertTriangle }

/** Short messages above the job strip. What went wrong stays until it is put away. */
export function Toasts() {
  const notices = useApp((state) => state.notices)
  return (
    <output className={styles.stack} aria-live="polite">
      {notices.map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </output>
  )
}

function Toast({ notice: { id, message, tone, action } }: { readonly notice: Notice }) {
  useEffect(() => {
    if (tone === 'bad') return
    const timer = setTimeout(() => dismissNotice(id), shownFor)
    return () => clearTimeout(timer)
  }, [id, tone])
  const t = useWords()
  const Icon = icons[tone]
  return (
    <div className={styles.toast}>
      <Icon aria-hidden className={styles[tone]} />
      <span className={styles.words}>{message}</span>
      {action === undefined ? null : (
        <Button
          size="small"
          onClick={() => {
            dismissNotice(id)
            action.run()
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton size="small" label={t.frame.putAway} onClick={() => dismissNotice(id)}>
        <IconX aria-hidden />
      </IconButton>
    </div>
  )
}
