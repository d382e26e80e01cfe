import type { MenuBar as Bar } from '../../shared/shell.ts'
import { useWords } from '../i18n/index.ts'
import { bridge } from '../state/client.ts'
import { useDocument } from '../state/frame.ts'
import { useNewestEstimate } from '../state/estimate.ts'
import { deviceLabel, deviceWords, milliseconds } from '../state/format.ts'
import { useApp } from '../state/store.ts'
import { Pill } from '../ui/Pill.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import { keyWords } from '../i18n/key-words.ts'
import { MenuBar } from './MenuBar.tsx'
import styles from './TitleBar.module.css'

export function TitleBar({
  menu,
  onPalette,
  onAbout,
}: {
  readonly menu: Bar
  readonly onPalette: () => void
  readonly onAbout: () => void
}) {
  const t = useWords()
  const document = useDocument()
  return (
    <header className={styles.bar}>
      <h1 className={styles.name}>Palimpsest</h1>
      {bridge().door === 'electron' ? null : <MenuBar bar={menu} />}
      <span className={styles.document}>{document}</span>
      <span className={styles.space} />
      <DevicePill />
      <button type="button" className={styles.plain} onClick={onAbout} title={t.frame.networkTitle}>
        <Pill>
          {t.frame.network} <ConnectionCount />
        </Pill>
      </button>
      <button type="button" className={styles.plain} onClick={onPalette} aria-label={t.frame.palette}>
        <Kbd>{keyWords('Ctrl+K')}</Kbd>
      </button>
    </header>
  )
}

function ConnectionCount() {
  return useApp((state) => state.about?.connections ?? 0)
}

/** The device at work with its measured time a step; before anything was measured, the device alone. */
function DevicePill() {
  const t = useWords()
  const running = useApp((state) => state.order.map((id) => state.jobs[id]).find((job) => job?.status === 'running'))
  const estimate = useNewestEstimate()
  const devices = useApp((state) => state.devices)
  const lost = useApp((state) => state.connection === 'lost')
  const device = running?.device ?? estimate?.device ?? null
  const speed = running?.progress?.callsPerSecond ?? 0
  const time = speed > 0 ? 1000 / speed : (estimate?.millisecondsPerCall ?? null)
  const report = devices?.find((entry) => entry.device === device)
  if (lost) return <Pill dot="bad">{t.frame.notConnected}</Pill>
  if (device === null) return <Pill dot="idle">{devices === null ? t.frame.lookingForDevices : t.frame.deviceAtFirstRun}</Pill>
  const name = deviceWords(deviceLabel(device), report?.name ?? '')
  return (
    <Pill dot="good" title={name}>
      <span className={styles.device}>{name}</span>
      {time === null ? null : <span>· {t.frame.aStep(milliseconds(time))}</span>}
    </Pill>
  )
}
