import { IconHeart, IconHeartFilled, IconSortAscending, IconSortDescending } from '@tabler/icons-react'
import type { LibraryOrder } from '../../shared/library.ts'
import { count, counted } from '../state/format.ts'
import { changeDate, changeOrder, clearFilters, isFiltered, useGallery } from '../state/gallery.ts'
import { dateWords } from '../state/gallery-dates.ts'
import { modelName } from '../state/jobs.ts'
import { setPreference, usePreference } from '../state/preferences.ts'
import { useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { SelectField, type SelectOption } from '../ui/SelectField.tsx'
import { DateChoice } from './DateChoice.tsx'
import { methodName } from './facts.ts'
import { Choices, FilterMenu, type Choice } from './FilterMenu.tsx'
import { cellRange } from './layout.ts'
import { SearchField } from './SearchField.tsx'
import styles from './Toolbar.module.css'

const sorts: readonly SelectOption[] = [
  { value: 'date', label: 'Date' },
  { value: 'name', label: 'Name' },
  { value: 'model', label: 'Model' },
  { value: 'method', label: 'Method' },
  { value: 'size', label: 'Size' },
  { value: 'favourite', label: 'Favourites' },
]

const kinds: readonly Choice<LibraryOrder['kinds'][number]>[] = [
  { value: 'generate', label: 'Generated' },
  { value: 'inpaint', label: 'Fills' },
  { value: 'other', label: 'Without a recipe of ours' },
]

/** Which pictures are shown, in which order and how large. */
export function Toolbar() {
  const order = useGallery((state) => state.order)
  const trashed = useGallery((state) => state.library?.trashed ?? 0)
  return (
    <div className={styles.bar}>
      <div className={styles.line}>
        <Segmented
          label="Place"
          value={order.where}
          options={[
            { value: 'library', label: 'Library' },
            { value: 'trash', label: trashed === 0 ? 'Trash' : `Trash · ${count(trashed)}` },
          ]}
          onChange={(where) => void changeOrder({ where })}
        />
        <SearchField />
        <span className={styles.sort}>
          <SelectField
            bare
            label="Sort by"
            value={order.sort}
            options={sorts}
            onChange={(sort) => void changeOrder({ sort: sort as LibraryOrder['sort'] })}
          />
          <IconButton
            label={order.descending ? 'Descending; press for ascending' : 'Ascending; press for descending'}
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
  const library = useGallery((state) => state.library)
  const date = useGallery((state) => state.date)
  const models = useApp((state) => state.models)
  const { models: madeBy = [], methods = [], tags = [] } = library ?? {}
  const nameOfModel = (id: string) => modelName(models, id)
  return (
    <>
      <FilterMenu
        label="Model"
        chosen={chosenWords(order.models, nameOfModel)}
        disabled={madeBy.length + order.models.length === 0}
      >
        <Choices
          label="Model"
          options={madeBy.map(({ name, count: many }) => ({ value: name, label: nameOfModel(name), count: many }))}
          chosen={order.models}
          onChange={(next) => void changeOrder({ models: next })}
        />
      </FilterMenu>
      <FilterMenu
        label="Method"
        chosen={chosenWords(order.methods, methodName)}
        disabled={methods.length + order.methods.length === 0}
      >
        <Choices
          label="Method"
          options={methods.map(({ name, count: many }) => ({ value: name, label: methodName(name), count: many }))}
          chosen={order.methods}
          onChange={(next) => void changeOrder({ methods: next })}
        />
      </FilterMenu>
      <FilterMenu
        label="Kind"
        chosen={chosenWords(order.kinds, (kind) => kinds.find(({ value }) => value === kind)?.label ?? kind)}
      >
        <Choices label="Kind" options={kinds} chosen={order.kinds} onChange={(next) => void changeOrder({ kinds: next })} />
      </FilterMenu>
      <FilterMenu label="Date" chosen={date.preset === 'any' ? '' : dateWords(date)}>
        <DateChoice date={date} onChange={(next) => void changeDate(next)} />
      </FilterMenu>
      <FilterMenu label="Tags" chosen={order.tags.join(' and ')} disabled={tags.length + order.tags.length === 0}>
        <Choices
          label="Tags"
          options={tags.map(({ name, count: many }) => ({ value: name, label: name, count: many }))}
          chosen={order.tags}
          onChange={(next) => void changeOrder({ tags: next })}
        />
      </FilterMenu>
      <IconButton
        size="small"
        label="Favourites alone"
        pressed={order.favourite}
        onClick={() => void changeOrder({ favourite: !order.favourite })}
      >
        {order.favourite ? <IconHeartFilled aria-hidden /> : <IconHeart aria-hidden />}
      </IconButton>
      {isFiltered(order) ? (
        <Button kind="quiet" size="small" onClick={() => void clearFilters()}>
          Clear
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
  const total = useGallery((state) => state.total)
  const filtered = useGallery((state) => isFiltered(state.order))
  const all = useGallery((state) => (state.order.where === 'trash' ? state.library?.trashed : state.library?.total))
  const picked = useGallery((state) => state.picked.size)
  if (total === null) return null
  const words = filtered && all !== undefined ? `${count(total)} of ${counted(all, 'picture')}` : counted(total, 'picture')
  return (
    <p className={styles.shown} aria-live="polite">
      {picked > 1 ? `${count(picked)} selected · ` : ''}
      {words}
    </p>
  )
}

function SizeSlider() {
  const cell = usePreference('galleryCell')
  return (
    <input
      type="range"
      className={styles.slider}
      aria-label="Size of the pictures"
      title="Size of the pictures"
      min={cellRange.min}
      max={cellRange.max}
      step={4}
      value={cell}
      onChange={(event) => setPreference('galleryCell', Number(event.target.value))}
    />
  )
}
