import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { bytes, deviceLabel } from '../state/format.ts'
import { useApp } from '../state/store.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Section } from '../ui/Section.tsx'
import styles from './AboutDialog.module.css'

export function AboutDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useWords()
  return (
    <Dialog label={t.about.title} title={t.about.title} size={520} onClose={onClose}>
      <div className={styles.body}>
        <Program />
        <Devices />
        <Licences />
      </div>
    </Dialog>
  )
}

function Program() {
  const t = useWords()
  const about = useApp((state) => state.about)
  return (
    <Section title={t.about.program}>
      <dl className={styles.facts}>
        <dt>{t.about.version}</dt>
        <dd>{about?.version ?? '—'}</dd>
        <dt>{t.about.runtime}</dt>
        <dd>{about?.onnxruntime ?? '—'}</dd>
        <dt>{t.about.network}</dt>
        <dd>{about === null ? '—' : t.about.connections(about.connections)}</dd>
        <dt>{t.about.openedAs}</dt>
        <dd>{about === null ? '—' : t.about[about.door]}</dd>
      </dl>
    </Section>
  )
}

function Devices() {
  const t = useWords()
  const devices = useApp((state) => state.devices)
  return (
    <Section title={t.about.devices}>
      <dl className={styles.facts}>
        {(devices ?? []).map((report) => (
          <div key={report.device} className={styles.pair}>
            <dt>{deviceLabel(report.device)}</dt>
            <dd>{report.available ? report.name : (report.reason ?? t.about.notAvailable)}</dd>
          </div>
        ))}
      </dl>
      {devices === null ? <p className={styles.small}>{t.about.looking}</p> : null}
    </Section>
  )
}

function Licences() {
  const t = useWords()
  const about = useApp((state) => state.about)
  const models = useApp((state) => state.models)
  const shipped = (models ?? []).filter((model) => model.shipped && model.card !== null)
  return (
    <Section title={t.about.shipped}>
      <ul className={styles.small}>
        {shipped.map((model) => (
          <li key={model.id}>
            {said(model.card?.name ?? model.id)}, {bytes(model.bytes)}:{' '}
            {t.about.trainedOn(said(model.card?.provenance.licence ?? ''), said(model.card?.provenance.trainedOn ?? ''))}
          </li>
        ))}
        {(about?.samples ?? []).map((sample) => (
          <li key={sample.id}>
            {said(sample.name)}: {said(sample.credit)}
          </li>
        ))}
      </ul>
    </Section>
  )
}
