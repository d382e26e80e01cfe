import { useEffect } from 'react'
import { useWords } from '../i18n/index.ts'
import { setDocument } from '../state/frame.ts'
import { languages, setPreference, themes, usePreference, type Language, type Theme } from '../state/preferences.ts'
import { runCommand } from '../state/reach.ts'
import { Button } from '../ui/Button.tsx'
import { Section } from '../ui/Section.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { DeviceSetting } from './DeviceSetting.tsx'
import { FolderSetting } from './FolderSetting.tsx'
import { MetadataSetting } from './MetadataSetting.tsx'
import { NotificationSetting } from './NotificationSetting.tsx'
import { OpenWithSetting } from './OpenWithSetting.tsx'
import { Row } from './Row.tsx'
import styles from './SettingsScreen.module.css'

/** Each language calls itself by its own name. */
const names: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' }

/** What holds for the whole studio. Every change counts at once. */
export function SettingsScreen() {
  const t = useWords().settings
  useEffect(() => setDocument(t.title), [t])
  return (
    <main className={styles.screen} aria-label={t.title}>
      <div className={styles.column}>
        <h2 className={styles.title}>{t.title}</h2>
        <Section title={t.appearance}>
          <ThemeSetting />
          <LanguageSetting />
        </Section>
        <Section title={t.runs}>
          <DeviceSetting />
          <NotificationSetting />
        </Section>
        <Section title={t.pictures}>
          <MetadataSetting />
        </Section>
        <Section title={t.files}>
          <Row label={t.autosave} help={t.autosaveHelp} />
          <FolderSetting />
          <OpenWithSetting />
        </Section>
        <Section title={t.about}>
          <AboutSettings />
        </Section>
      </div>
    </main>
  )
}

function ThemeSetting() {
  const t = useWords().settings
  const theme = usePreference('theme')
  const options = themes.flatMap((value) => (value === 'usual' ? [] : [{ value, label: t.themes[value] }]))
  return (
    <Row label={t.theme} help={t.themeHelp}>
      <Segmented<Exclude<Theme, 'usual'>>
        label={t.theme}
        value={theme === 'usual' ? 'dark' : theme}
        options={options}
        onChange={(next) => setPreference('theme', next)}
      />
    </Row>
  )
}

function LanguageSetting() {
  const t = useWords().settings
  const language = usePreference('language')
  return (
    <Row label={t.language} help={t.languageHelp}>
      <Segmented
        label={t.language}
        value={language}
        options={languages.map((value) => ({ value, label: names[value] }))}
        onChange={(next) => setPreference('language', next)}
      />
    </Row>
  )
}

function AboutSettings() {
  const t = useWords()
  return (
    <>
      <Row label={t.sheet.title} help={t.settings.shortcutsHelp}>
        <Button onClick={() => runCommand('shortcuts', t)}>{t.settings.shortcutsOpen}</Button>
      </Row>
      <Row label={t.about.program} help={t.settings.aboutHelp}>
        <Button onClick={() => runCommand('about', t)}>{t.settings.aboutOpen}</Button>
      </Row>
    </>
  )
}
