import { useEffect, useState } from 'react'
import type { LibraryState } from '../../shared/library.ts'
import { useWords } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { attempt } from '../state/store.ts'
import { Row, SwitchRow } from './Row.tsx'
import styles from './SettingsScreen.module.css'

/** Of the library, which lives with the program and not with the window: the same for whoever looks at it. */
export function MetadataSetting() {
  const t = useWords().settings
  const [library, setLibrary] = useLibrary()
  return (
    <>
      <SwitchRow
        label={t.metadata}
        help={library === null ? t.metadataWait : t.metadataHelp}
        checked={library?.metadata ?? true}
        disabled={library === null}
        onChange={(metadata) => attempt(async () => setLibrary(await call('libraryMetadata', { metadata })))}
      />
      {library === null || library.folder === null ? null : (
        <Row label={t.libraryFolder} help={<span className={`mono ${styles.path}`}>{library.folder}</span>} />
      )}
    </>
  )
}

/** Asked anew when the library says that it is another. */
function useLibrary(): [LibraryState | null, (state: LibraryState) => void] {
  const [library, setLibrary] = useState<LibraryState | null>(null)
  useEffect(() => {
    let current = true
    const ask = () => attempt(async () => call('library', {}).then((state) => current && setLibrary(state)))
    ask()
    const stop = bridge().subscribe((event) => event.kind === 'library' && ask())
    return () => {
      current = false
      stop()
    }
  }, [])
  return [library, setLibrary]
}
