import { setPreference, usePreference, type Theme } from '../state/preferences.ts'
import { bytes, deviceLabel } from '../state/format.ts'
import { useApp } from '../state/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Section } from '../ui/Section.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import styles from './AboutDialog.module.css'

const options: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
  { value: 'contrast', label: 'High contrast' },
  { value: 'system', label: 'System' },
]

export function AboutDialog({ onClose }: { readonly onClose: () => void }) {
  const theme = usePreference('theme')
  return (
    <Dialog label="Settings and about" title="Settings and about" size={520} onClose={onClose}>
      <div className={styles.body}>
        <Section title="Theme">
          <Segmented label="Theme" value={theme} options={options} onChange={(next) => setPreference('theme', next)} />
        </Section>
        <Program />
        <Devices />
        <Licences />
      </div>
    </Dialog>
  )
}

function Program() {
  const about = useApp((state) => state.about)
  return (
    <Section title="Palimpsest">
      <dl className={styles.facts}>
        <dt>Version</dt>
        <dd>{about?.version ?? '—'}</dd>
        <dt>ONNX Runtime</dt>
        <dd>{about?.onnxruntime ?? '—'}</dd>
        <dt>Network</dt>
        <dd>{about === null ? '—' : `${about.connections} connections opened to another machine`}</dd>
        <dt>Opened as</dt>
        <dd>{about === null ? '—' : about.door === 'electron' ? 'desktop window' : 'browser, over palimpsest serve'}</dd>
      </dl>
    </Section>
  )
}

function Devices() {
  const devices = useApp((state) => state.devices)
  return (
    <Section title="Devices">
      <dl className={styles.facts}>
        {(devices ?? []).map((report) => (
          <div key={report.device} className={styles.pair}>
            <dt>{deviceLabel(report.device)}</dt>
            <dd>{report.available ? report.name : (report.reason ?? 'not available here')}</dd>
          </div>
        ))}
      </dl>
      {devices === null ? <p className={styles.small}>Looking for devices…</p> : null}
    </Section>
  )
}

function Licences() {
  const about = useApp((state) => state.about)
  const models = useApp((state) => state.models)
  const shipped = (models ?? []).filter((model) => model.shipped && model.card !== null)
  return (
    <Section title="Shipped with it">
      <ul className={styles.small}>
        {shipped.map((model) => (
          <li key={model.id}>
            {model.card?.name}, {bytes(model.bytes)}: {model.card?.provenance.licence}. Trained on{' '}
            {model.card?.provenance.trainedOn}
          </li>
        ))}
        {(about?.samples ?? []).map((sample) => (
          <li key={sample.id}>
            {sample.name}: {sample.credit}
          </li>
        ))}
      </ul>
    </Section>
  )
}
