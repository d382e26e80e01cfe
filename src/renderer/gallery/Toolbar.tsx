import { IconHeart, IconHeartFilled, IconSortAscending, IconSortDescending } from '@tabler/icons-react'
import type { LibraryOrder } from '../../shared/library.ts'
import { useWords } from '../i18n/index.ts'
import { count } from '../state/format.ts'
import { changeDate, changeOrder, clearFilters, isFiltered, useGallery } from '../state/gallery.ts'
import { dateWords } from '../state/gallery-dates.ts'
import { modelName } from '../state/jobs.ts'
import { setPreference, usePreference } from '../state/preferences.ts'
import { useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { SelectField } from '../ui/SelectField.tsx'
import { DateChoice } from './DateChoice.tsx'
import { methodName } from './facts.ts'
import { Choices, FilterMenu } from './FilterMenu.tsx'
import { cellRange } from './layout.ts'
import { SearchField } from './SearchField.tsx'
import styles from './Toolbar.module.css'

const sorts = ['date', 'name', 'model', 'method', 'size', 'favourite'] as const satisfies readonly LibraryOrder['sort'][]
const kinds = ['generate', 'inpaint', 'other'] as const satisfies readonly LibraryOrder['kinds'][number][]

/** Which pictures are shown, in which order and how large. */
export function Toolbar() {
  const t = useWords().gallery.bar
  const order = useGallery((state) => state.order)
  const trashed = useGallery((state) => state.library?.trashed ?? 0)
  return (
    <div className={styles.bar}>
      <div className={styles.line}>
        <Segmented
          label={t.place}
          value={order.where}
          options={[
            { value: 'library', label: t.library },
            { value: 'trash', label: t.trash(trashed) },
          ]}
          onChange={(where) => void changeOrder({ where })}
        />
        <SearchField />
        <span className={styles.sort}>
          <SelectField
            bare
            label={t.sort}
            value={order.sort}
            options={sorts.map((value) => ({ value, label: t.sorts[value] }))}
            onChange={(sort) => void changeOrder({ sort: sort as LibraryOrder['sort'] })}
          />
          <IconButton
            label={order.descending ? t.descending : t.ascending}
            onClick={() => void changeOrder({ descending: !order.descending })}
          >
            {order.descending ? <IconSortDescending aria-hidden /> : <IconSortAscending aria-hidden />}
          </IconButton>
        </span>
        <SizeSlider />
      </div>
      <div className={styles.line}>
        <Filters order={order} />
        <span className={styles.space} />
        <Shown />
      </div>
    </div>
  )
}

function Filters({ order }: { readonly order: LibraryOrder }) {
  const t = useWords().gallery.bar
  const library = useGallery((state) => state.library)
  const date = useGallery((state) => state.date)
  const models = useApp((state) => state.models)
  const { models: madeBy = [], methods = [], tags = [] } = library ?? {}
  const nameOfModel = (id: string) => modelName(models, id)
  return (
    <>
      <FilterMenu
        label={t.filters.model}
        chosen={chosenWords(order.models, nameOfModel)}
        disabled={madeBy.length + order.models.length === 0}
      >
        <Choices
          label={t.filters.model}
          options={madeBy.map(({ name, count: many }) => ({ value: name, label: nameOfModel(name), count: many }))}
          chosen={order.models}
          onChange={(next) => void changeOrder({ models: next })}
        />
      </FilterMenu>
      <FilterMenu
        label={t.filters.method}
        chosen={chosenWords(order.methods, methodName)}
        disabled={methods.length + order.methods.length === 0}
      >
        <Choices
          label={t.filters.method}
          options={methods.map(({ name, count: many }) => ({ value: name, label: methodName(name), count: many }))}
          chosen={order.methods}
          onChange={(next) => void changeOrder({ methods: next })}
        />
      </FilterMenu>
      <FilterMenu label={t.filters.kind} chosen={chosenWords(order.kinds, (kind) => t.kinds[kind])}>
        <Choices
          label={t.filters.kind}
          options={kinds.map((value) => ({ value, label: t.kinds[value] }))}
          chosen={order.kinds}
          onChange={(next) => void changeOrder({ kinds: next })}
        />
      </FilterMenu>
      <FilterMenu label={t.filters.date} chosen={date.preset === 'any' ? '' : dateWords(date)}>
        <DateChoice date={date} onChange={(next) => void changeDate(next)} />
      </FilterMenu>
      <FilterMenu label={t.filters.tags} chosen={t.allTags(order.tags)} disabled={tags.length + order.tags.length === 0}>
        <Choices
          label={t.filters.tags}
          options={tags.map(({ name, count: many }) => ({ value: name, label: name, count: many }))}
          chosen={order.tags}
          onChange={(next) => void changeOrder({ tags: next })}
        />
      </FilterMenu>
      <IconButton
        size="small"
        label={t.favourites}
        pressed={order.favourite}
        onClick={() => void changeOrder({ favourite: !order.favourite })}
      >
        {order.favourite ? <IconHeartFilled aria-hidden /> : <IconHeart aria-hidden />}
      </IconButton>
      {isFiltered(order) ? (
        <Button kind="quiet" size="small" onClick={() => void clearFilters()}>
          {t.clear}
        </Button>
      ) : null}
    </>
  )
}

/** "Handwritten digits", "2 of them". */
function chosenWords<T extends string>(chosen: readonly T[], nameOf: (name: T) => string): string {
  const [only] = chosen
  return only === undefined ? '' : chosen.length === 1 ? nameOf(only) : count(chosen.length)
}

/** How many there are, and how many are chosen. */
function Shown() {
  const t = useWords().gallery
  const total = useGallery((state) => state.total)
  const filtered = useGallery((state) => isFiltered(state.order))
  const all = useGallery((state) => (state.order.where === 'trash' ? state.library?.trashed : state.library?.total))
  const picked = useGallery((state) => state.picked.size)
  if (total === null) return null
  const shown = filtered && all !== undefined ? t.bar.shown(total, all) : t.pictures(total)
  return (
    <p className={styles.shown} aria-live="polite">
      {picked > 1 ? t.bar.selected(picked) : ''}
      {shown}
    </p>
  )
}

function SizeSlider() {
  const t = useWords().gallery.bar
  const cell = usePreference('galleryCell')
  return (
    <input
      type="range"
      className={styles.slider}
      aria-label={t.size}
      title={t.size}
      min={cellRange.min}
      max={cellRange.max}
      step={4}
      value={cell}
      onChange={(event) => setPreference('galleryCell', Number(event.target.value))}
    />
  )
}
