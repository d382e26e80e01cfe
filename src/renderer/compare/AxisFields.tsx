import { IconPlus, IconTrash } from '@tabler/icons-react'
import { maskPresetNames } from './masks.ts'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { drawingModels } from '../state/generate.ts'
import { setHelp } from '../state/frame.ts'
import { useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { Section } from '../ui/Section.tsx'
import { SelectField } from '../ui/SelectField.tsx'
import { choicesOf, firstText, readAxis, readWords, shapesOf, toggled, type AxisText } from './draft.ts'
import type { Photo } from '../../shared/api.ts'
import { changeAxes, useCompare } from './session.ts'
import { labelWords } from './words.ts'
import styles from './AxisFields.module.css'

const mostAxes = 4

/** What is varied: an axis a row, its values as text, and for axes of words the words to choose from. */
export function AxisFields({ photos }: { readonly photos: readonly Photo[] }) {
  const t = useWords().compare.axes
  const of = useCompare((state) => state.draft.of)
  const axes = useCompare((state) => state.draft.axes[state.draft.of])
  const models = drawingModels(useApp((state) => state.models)).map(({ id }) => id)
  const shapes = shapesOf(of)
  const free = shapes.filter(({ name }) => !axes.some((axis) => axis.name === name))
  const firstOf = (name: string) =>
    name === 'photo'
      ? photos
          .slice(0, 4)
          .map(({ id }) => id)
          .join(',')
      : firstText(of, name, models)
  return (
    <Section title={t.title}>
      {axes.map((axis, place) => (
        <Axis
          key={axis.name}
          axis={axis}
          place={place}
          last={place === axes.length - 1}
          options={[...shapes.filter(({ name }) => name === axis.name), ...free].map(({ name, label, part }) => ({
            value: name,
            label: said(label),
            group: part === 'own' ? t.ofSome : t.ofAll,
          }))}
          choices={axis.name === 'photo' ? [] : choicesOf(of, axis.name, { models, masks: maskPresetNames })}
          photos={axis.name === 'photo' ? photos : []}
          onName={(name) => changeAxes((all) => all.map((one, i) => (i === place ? { name, text: firstOf(name) } : one)))}
        />
      ))}
      {axes.length < mostAxes && free.length > 0 ? (
        <Button
          size="small"
          icon={<IconPlus aria-hidden />}
          onClick={() => {
            const next = free.find(({ name }) => ['seed', 'sampler', 'method', 'steps', 'photo'].includes(name)) ?? free[0]
            if (next !== undefined) changeAxes((all) => [...all, { name: next.name, text: firstOf(next.name) }])
          }}
        >
          {t.add}
        </Button>
      ) : null}
    </Section>
  )
}

function Axis(props: {
  readonly axis: AxisText
  readonly place: number
  readonly last: boolean
  readonly options: readonly { readonly value: string; readonly label: string; readonly group: string }[]
  readonly choices: readonly string[]
  readonly photos: readonly Photo[]
  readonly onName: (name: string) => void
}) {
  const { axis, place, last, options, choices, photos, onName } = props
  const t = useWords().compare.axes
  const of = useCompare((state) => state.draft.of)
  const read = readAxis(of, axis)
  const label = labelWords(of, axis.name)
  const setText = (text: string) => changeAxes((all) => all.map((one, i) => (i === place ? { ...one, text } : one)))
  const words = readWords(axis.text)
  const id = `axis-${axis.name}`
  return (
    <div className={styles.axis}>
      <div className={styles.head}>
        <span className={styles.way}>{last ? t.across : t.down}</span>
        <div className={styles.name}>
          <SelectField bare label={t.axis(place + 1)} value={axis.name} options={options} onChange={onName} />
        </div>
        <IconButton size="small" label={t.remove(label)} onClick={() => changeAxes((all) => all.filter((_, i) => i !== place))}>
          <IconTrash aria-hidden />
        </IconButton>
      </div>
      {photos.length > 0 ? null : (
        <input
          className={`mono ${styles.text}`}
          aria-label={t.values(label)}
          aria-invalid={'problem' in read}
          aria-describedby={'problem' in read ? id : undefined}
          value={axis.text}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onFocus={() => setHelp(t.help)}
          onBlur={() => setHelp('')}
        />
      )}
      {'problem' in read ? (
        <p id={id} className={styles.problem}>
          {read.problem}
        </p>
      ) : null}
      {choices.length === 0 && photos.length === 0 ? null : (
        <fieldset className={styles.words} aria-label={t.choose(label)}>
          {choices.map((word) => (
            <button
              key={word}
              type="button"
              className={styles.word}
              aria-pressed={words.includes(word)}
              onClick={() => setText(toggled(axis.text, word))}
            >
              {word}
            </button>
          ))}
          {photos.map(({ id: photo, name }) => (
            <button
              key={photo}
              type="button"
              className={styles.word}
              aria-pressed={words.includes(photo)}
              onClick={() => setText(toggled(axis.text, photo))}
            >
              {name}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  )
}
