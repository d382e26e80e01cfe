import { IconPhotoPlus } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { usePhotos } from '../state/photos.ts'
import { resourceUrl } from '../state/client.ts'
import { useApp } from '../state/store.ts'
import { Button, EmptyState } from '../ui/index.ts'
import styles from './EmptyInpaint.module.css'
import { Problem } from './Problem.tsx'
import { coarsestTile, openPhoto, openSample, useInpaint } from './session.ts'

/** No photograph yet: open one, drop one, paste one, or begin with a sample. */
export function EmptyInpaint({ onOpen }: { readonly onOpen: () => void }) {
  const t = useWords().inpaint
  const opening = useInpaint((state) => state.opening)
  const error = useInpaint((state) => state.error)
  const samples = useApp((state) => state.about?.samples ?? null)
  const recent = usePhotos().photos.slice(0, 5)
  if (opening !== null) {
    return <output className={styles.opening}>{t.opening(opening)}</output>
  }
  return (
    <div className={styles.place}>
      <EmptyState
        art={<IconPhotoPlus size={44} stroke={1.2} className={styles.art} />}
        title={t.empty.title}
        actions={
          <>
            <Button kind="primary" onClick={onOpen} hint="Ctrl O">
              {t.empty.open}
            </Button>
          </>
        }
      >
        {t.empty.text}
      </EmptyState>
      {error === null ? null : <Problem message={error.message} />}
      <div className={styles.rows}>
        {samples === null || samples.length === 0 ? null : (
          <Row title={t.empty.samples}>
            {samples.map(({ id, name, credit, model }) => (
              <Card
                key={id}
                name={said(name)}
                title={said(credit)}
                source={resourceUrl(`/sample/${id}.jpg`)}
                onClick={() => void openSample(id, name, model)}
              />
            ))}
          </Row>
        )}
        {recent.length === 0 ? null : (
          <Row title={t.empty.recent}>
            {recent.map((photo) => (
              <Card
                key={photo.id}
                name={photo.name}
                title={`${photo.info.width} × ${photo.info.height}`}
                source={coarsestTile(photo)}
                onClick={() => void openPhoto(photo.id)}
              />
            ))}
          </Row>
        )}
      </div>
    </div>
  )
}

function Row({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className={styles.row} aria-label={title}>
      <h3 className={styles.heading}>{title}</h3>
      <div className={styles.cards}>{children}</div>
    </section>
  )
}

function Card({
  name,
  title,
  source,
  onClick,
}: {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly onClick: () => void
}) {
  return (
    <button type="button" className={styles.card} title={title} onClick={onClick}>
      <img src={source} alt="" draggable={false} />
      <span>{name}</span>
    </button>
  )
}
