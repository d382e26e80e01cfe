import { useEffect, useRef, useState } from 'react'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { changeOrder, useGallery } from '../state/gallery.ts'
import { IconButton } from '../ui/Button.tsx'
import styles from './Toolbar.module.css'

/** A pause of the fingers. */
const pauseMs = 120
export const searchId = 'gallery-search'

/** Every word must begin some word of a picture's name, tags or settings. Asked while one types. */
export function SearchField() {
  const t = useWords().gallery.bar
  const asked = useGallery((state) => state.order.text)
  const [text, setText] = useState(asked)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  // Cleared from elsewhere.
  const [before, setBefore] = useState(asked)
  if (before !== asked) {
    setBefore(asked)
    if (asked !== text.trim()) setText(asked)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const ask = (next: string, after: number) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void changeOrder({ text: next.trim().slice(0, 200) }), after)
  }
  return (
    <div className={styles.search}>
      <IconSearch aria-hidden />
      <input
        id={searchId}
        type="text"
        role="searchbox"
        aria-label={t.search}
        aria-keyshortcuts="/"
        title={t.searchTitle}
        placeholder={t.searchPlaceholder}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => ask(event.target.value, pauseMs)}
        onKeyDown={(event) => {
          // Select all and undo are of the text here.
          if (event.ctrlKey || event.metaKey) event.stopPropagation()
          if (event.key === 'Enter') ask(text, 0)
          if (event.key === 'Escape' && text !== '') ask('', 0)
          else if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      {text === '' ? null : (
        <IconButton size="small" label={t.searchClear} onClick={() => ask('', 0)}>
          <IconX aria-hidden />
        </IconButton>
      )}
    </div>
  )
}
