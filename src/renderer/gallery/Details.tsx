import { IconHeart, IconHeartFilled } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { LibraryPicture } from '../../shared/library.ts'
import { useWords } from '../i18n/index.ts'
import { resourceUrl } from '../state/client.ts'
import { onlyPicked, useGallery } from '../state/gallery.ts'
import { attempt, useApp } from '../state/store.ts'
import { IconButton } from '../ui/Button.tsx'
import { Section } from '../ui/Section.tsx'
import { heldPictures, toggleFavourite } from './actions.ts'
import { ManyActions, OneActions } from './Actions.tsx'
import { fileFacts, recipeFacts, sharedFacts, smallUrl } from './facts.ts'
import { Facts } from './Facts.tsx'
import { LibraryFacts } from './LibraryFacts.tsx'
import { Tags } from './Tags.tsx'
import { useDetail } from './useDetail.ts'
import styles from './Details.module.css'

/** At the right of the grid: the one that is chosen, what several have in common, or the library. */
export function Details() {
  const picked = useGallery((state) => state.picked)
  const only = useGallery(onlyPicked)
  if (picked.size === 0) return <LibraryFacts />
  if (picked.size > 1) return <Several picked={picked} />
  return only === null ? null : <One picture={only} />
}

/** Everything that is known of one picture, and what goes on from it. Beside the large view too. */
export function One({ picture }: { readonly picture: LibraryPicture }) {
  const t = useWords().gallery
  const { detail, error } = useDetail(picture.id)
  const models = useApp((state) => state.models)
  const { id, name, favourite, tags, damaged } = picture
  const { recipe = null, againProblem = null, problem = null, parameters = null, mask = null, path = null } = detail ?? {}
  return (
    <>
      <div className={styles.head}>
        <h2 title={name}>{name}</h2>
        <IconButton label={t.details.favourite} pressed={favourite} onClick={() => attempt(() => toggleFavourite([id]))}>
          {favourite ? <IconHeartFilled aria-hidden /> : <IconHeart aria-hidden />}
        </IconButton>
      </div>
      {error !== null ? <p className={styles.problem}>{error.message}</p> : null}
      {damaged ? <p className={styles.problem}>{t.details.unreadable}</p> : null}
      <OneActions picture={picture} detail={detail} />
      {recipe !== null && againProblem !== null ? <p className={styles.note}>{againProblem}</p> : null}
      <Section title={t.details.tags}>
        <Tags ids={[id]} tags={tags.map((tag) => ({ name: tag, ofAll: true }))} />
      </Section>
      {recipe !== null ? (
        <Section title={t.details.recipe}>
          <Facts facts={recipeFacts(recipe, models, t.facts)} />
          {mask === null ? null : (
            <figure className={styles.mask}>
              <img src={resourceUrl(mask)} alt={t.details.maskLabel} />
              <figcaption>{t.details.mask}</figcaption>
            </figure>
          )}
        </Section>
      ) : null}
      {problem !== null && !damaged ? <p className={styles.note}>{problem}</p> : null}
      {parameters !== null ? (
        <Section title={t.details.foreign}>
          <pre className={styles.parameters}>{parameters}</pre>
        </Section>
      ) : null}
      <Section title={t.details.file}>
        <Facts facts={fileFacts(picture, t.facts)} />
        {path !== null ? <p className={styles.path}>{path}</p> : null}
      </Section>
    </>
  )
}

function Several({ picked }: { readonly picked: ReadonlySet<string> }) {
  const t = useWords().gallery
  const ids = useMemo(() => [...picked], [picked])
  const pages = useGallery((state) => state.pages)
  const inTrash = useGallery((state) => state.order.where === 'trash')
  const models = useApp((state) => state.models)
  // Of those beyond the held pages nothing is known here; what is done is done to all.
  // oxlint-disable-next-line react/exhaustive-deps -- `pages` is what heldPictures looks through
  const held = useMemo(() => heldPictures(ids), [ids, pages])
  const all = held.length > 0 && held.every(({ favourite }) => favourite)
  const tags = useMemo(() => {
    const names = [...new Set(held.flatMap((picture) => picture.tags))]
    return names.map((name) => ({ name, ofAll: held.every((picture) => picture.tags.includes(name)) }))
  }, [held])
  return (
    <>
      <div className={styles.head}>
        <h2>{t.pictures(ids.length)}</h2>
        <IconButton label={t.details.favourites} pressed={all} onClick={() => attempt(() => toggleFavourite(ids))}>
          {all ? <IconHeartFilled aria-hidden /> : <IconHeart aria-hidden />}
        </IconButton>
      </div>
      <Sample pictures={held} />
      <ManyActions ids={ids} inTrash={inTrash} />
      <Section title={t.details.tags}>
        <Tags ids={ids} tags={tags} />
      </Section>
      {held.length === ids.length ? (
        <Section title={t.details.together}>
          <Facts facts={sharedFacts(held, models, t.facts)} />
        </Section>
      ) : null}
    </>
  )
}

/** A handful of them, to see that it is these that are meant. */
const mostShown = 12

function Sample({ pictures }: { readonly pictures: readonly LibraryPicture[] }) {
  return (
    <div className={styles.sample} aria-hidden>
      {pictures
        .slice(0, mostShown)
        .map((picture) =>
          picture.damaged ? (
            <span key={picture.id} />
          ) : (
            <img key={picture.id} src={resourceUrl(smallUrl(picture))} alt="" draggable={false} />
          ),
        )}
    </div>
  )
}
