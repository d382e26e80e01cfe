import { IconEye, IconEyeOff, IconPlus, IconTrash } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { Editor } from '../editor/editor.ts'
import { type Layer, mostLayers } from '../editor/layers.ts'
import { type Messages, useWords } from '../i18n/index.ts'
import { IconButton, Section } from '../ui/index.ts'
import styles from './MaskList.module.css'
import { useLayers } from './useEditor.ts'

/** The masks of the photograph: one is painted on, and a fill is made from all that are shown. */
export function MaskList({ editor }: { readonly editor: Editor }) {
  const t = useWords().inpaint.masks
  const { list, active } = useLayers(editor)
  const add = (
    <IconButton size="small" label={t.add} disabled={list.length >= mostLayers} onClick={() => editor.arrange({ kind: 'add' })}>
      <IconPlus aria-hidden />
    </IconButton>
  )
  return (
    <Section title={t.title} right={add}>
      <ul className={styles.list} aria-label={t.title}>
        {list.map((layer) => (
          <Row key={layer.id} editor={editor} layer={layer} chosen={layer.id === active} alone={list.length === 1} />
        ))}
      </ul>
    </Section>
  )
}

function Row(props: { readonly editor: Editor; readonly layer: Layer; readonly chosen: boolean; readonly alone: boolean }) {
  const { editor, layer, chosen, alone } = props
  const { id, visible } = layer
  const t = useWords().inpaint.masks
  const name = maskName(layer.name, t)
  const [naming, setNaming] = useState(false)
  const select = () => editor.arrange({ kind: 'select', id })
  return (
    <li className={styles.row} data-chosen={chosen ? true : undefined} data-hidden={visible ? undefined : true}>
      <IconButton
        size="small"
        label={visible ? t.hide(name) : t.show(name)}
        title={visible ? t.hideTitle : t.showTitle}
        onClick={(event) => editor.arrange(event.altKey ? { kind: 'solo', id } : { kind: 'show', id, visible: !visible })}
      >
        {visible ? <IconEye aria-hidden /> : <IconEyeOff aria-hidden />}
      </IconButton>
      {naming ? (
        <NameBox
          name={name}
          onDone={(next) => {
            setNaming(false)
            if (next !== null && next !== name) editor.arrange({ kind: 'rename', id, name: next })
          }}
        />
      ) : (
        <button
          type="button"
          className={styles.name}
          aria-pressed={chosen}
          title={t.nameTitle}
          onClick={select}
          onDoubleClick={() => setNaming(true)}
          onKeyDown={(event) => {
            if (event.key === 'F2') setNaming(true)
          }}
        >
          {name}
        </button>
      )}
      {alone ? null : (
        <IconButton
          size="small"
          className={styles.remove}
          label={t.remove(name)}
          onClick={() => editor.arrange({ kind: 'remove', id })}
        >
          <IconTrash aria-hidden />
        </IconButton>
      )}
    </li>
  )
}

/** One that was never named has its number in the language of the screen. */
function maskName(name: string, t: Messages['inpaint']['masks']): string {
  const number = /^Mask (\d+)$/.exec(name)?.[1]
  return number === undefined ? name : t.numbered(number)
}

/** Enter and leaving it take the name, Escape does not. */
function NameBox({ name, onDone }: { readonly name: string; readonly onDone: (name: string | null) => void }) {
  const t = useWords().inpaint.masks
  const box = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(name)
  useEffect(() => {
    box.current?.focus()
    box.current?.select()
  }, [])
  return (
    <input
      ref={box}
      className={styles.box}
      aria-label={t.name}
      value={text}
      maxLength={80}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onDone(text)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onDone(text)
        if (event.key === 'Escape') onDone(null)
        event.stopPropagation()
      }}
    />
  )
}
