import { useId, useState, type KeyboardEvent } from 'react'
import { IconX } from '@tabler/icons-react'
import { libraryTag } from '../../shared/library.ts'
import { useWords, words } from '../i18n/index.ts'
import { setTags, useGallery } from '../state/gallery.ts'
import { attempt, notify } from '../state/store.ts'
import styles from './Details.module.css'

/** The tags of the chosen pictures, to add to and to take from. Of several, a tag that not all have is drawn faint. */
export function Tags({
  ids,
  tags,
}: {
  readonly ids: readonly string[]
  readonly tags: readonly { readonly name: string; readonly ofAll: boolean }[]
}) {
  const t = useWords().gallery.tags
  const id = useId()
  const known = useGallery((state) => state.library?.tags)
  const [text, setText] = useState('')
  const remove = (name: string) => attempt(() => setTags(ids, [], [name]))
  const add = () => {
    const names = text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
    const wrong = names.map((name) => libraryTag.safeParse(name)).find((parsed) => !parsed.success)
    if (wrong !== undefined) return notify(words().gallery.tags.wrong, 'bad')
    setText('')
    return names.length === 0 ? undefined : attempt(() => setTags(ids, names, []))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // Select all and undo are of the text here.
    if (event.ctrlKey || event.metaKey) event.stopPropagation()
    const last = tags.at(-1)
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      add()
    } else if (event.key === 'Backspace' && text === '' && last !== undefined) remove(last.name)
  }
  return (
    <div className={styles.tags}>
      <ul aria-label={t.list}>
        {tags.map(({ name, ofAll }) => (
          <li key={name} data-some={ofAll ? undefined : true}>
            {name}
            <button type="button" aria-label={t.removeOne(name)} title={t.remove} onClick={() => remove(name)}>
              <IconX aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <input
        type="text"
        aria-label={t.add}
        placeholder={t.add}
        list={id}
        maxLength={200}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={add}
      />
      <datalist id={id}>
        {known?.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
    </div>
  )
}
