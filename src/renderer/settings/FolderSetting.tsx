import { useEffect, useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { attempt } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { Row } from './Row.tsx'
import styles from './SettingsScreen.module.css'

/** Where the program keeps its files. A browser is told no path of the machine that serves it. */
export function FolderSetting() {
  const t = useWords().settings
  const own = bridge().door === 'electron'
  const [folder, setFolder] = useState<string | null>(null)
  useEffect(() => {
    if (own) attempt(async () => setFolder((await call('shellFolder', {})).folder))
  }, [own])
  if (!own) return <Row label={t.dataFolder} help={t.dataFolderServed} />
  return (
    <Row
      label={t.dataFolder}
      help={
        <>
          {t.dataFolderHelp}
          {folder === null ? null : <span className={`mono ${styles.path}`}> {folder}</span>}
        </>
      }
    >
      <Button onClick={() => attempt(() => call('shellAct', { do: 'show-data' }))}>{t.reveal}</Button>
    </Row>
  )
}
