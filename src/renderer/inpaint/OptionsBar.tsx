import { Menu } from '@mantine/core'
import { IconChevronDown, IconMinus, IconPlus } from '@tabler/icons-react'
import type { Editor } from '../editor/editor.ts'
import { sizeRange } from '../editor/gestures.ts'
import { presets } from '../editor/operations.ts'
import { Button, IconButton, Kbd } from '../ui/index.ts'
import { NumberBox } from '../ui/NumberBox.tsx'
import styles from './OptionsBar.module.css'
import { changeDraft, session, useInpaint } from './session.ts'
import { useEditor } from './useEditor.ts'

/** The brush and the mask at hand, over the photograph's upper edge. What does not fit a small window stands in the inspector too. */
export function OptionsBar({ editor }: { readonly editor: Editor }) {
  return (
    <div className={styles.place} data-over-canvas>
      <div className={styles.bar} role="toolbar" aria-label="Brush and mask">
        <BrushOptions editor={editor} />
        <FeatherOption />
        <span className={styles.rule} />
        <Button kind="quiet" size="small" onClick={() => editor.operate('invert')} title="Invert the mask (Ctrl I)">
          Invert
        </Button>
        <Button kind="quiet" size="small" onClick={() => editor.operate('clear')} title="Clear the mask (Ctrl D)">
          Clear
        </Button>
        <PresetMenu editor={editor} />
        <EdgesOption />
        <span className={styles.space} />
        <Zoom editor={editor} />
        <span className={styles.hint}>
          Hold <Kbd>Tab</Kbd> for the original
        </span>
      </div>
    </div>
  )
}

function BrushOptions({ editor }: { readonly editor: Editor }) {
  const size = useEditor(editor, (state) => state.size)
  const hardness = Math.round(useEditor(editor, (state) => state.hardness) * 100)
  return (
    <>
      <span className={styles.field} title="Diameter of the brush, in pixels of the photograph ([ and ])">
        <span className={styles.name}>Brush</span>
        <span className={styles.box}>
          <NumberBox
            label="Brush size"
            value={size}
            onChange={(value) => editor.dispatch({ kind: 'size', size: value })}
            range={{ min: sizeRange.least, max: sizeRange.most, step: 1 }}
            shown={`${size} px`}
            format={String}
          />
        </span>
        <span className={styles.keys}>
          <Kbd>[ ]</Kbd>
        </span>
      </span>
      <span className={styles.field} title="Hardness of the brush's edge (Shift [ and Shift ])">
        <span className={styles.name}>Hardness</span>
        <span className={styles.box}>
          <NumberBox
            label="Hardness"
            value={hardness}
            onChange={(value) => editor.dispatch({ kind: 'hardness', hardness: value / 100 })}
            range={{ min: 0, max: 100, step: 1 }}
            shown={`${hardness} %`}
            format={String}
          />
        </span>
      </span>
    </>
  )
}

function FeatherOption() {
  const blend = useInpaint((state) => state.draft.blend)
  return (
    <span className={`${styles.field} ${styles.feather}`}>
      <span className={styles.name}>Feather</span>
      <span className={styles.box}>
        <NumberBox
          label="Feather of the blend"
          value={blend.feather}
          onChange={(feather) => changeDraft({ blend: { ...blend, feather } })}
          range={{ min: 0, max: 500, step: 1 }}
          shown={`${blend.feather} px`}
          format={String}
        />
      </span>
    </span>
  )
}

function PresetMenu({ editor }: { readonly editor: Editor }) {
  return (
    <Menu position="bottom-start" offset={8} classNames={{ dropdown: styles.menu ?? '', item: styles.item ?? '' }}>
      <Menu.Target>
        <Button kind="quiet" size="small" title="Masks by name">
          Presets
          <IconChevronDown aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.map(({ id, label }) => (
          <Menu.Item key={id} onClick={() => editor.operate(id)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function EdgesOption() {
  const edgesOnly = useInpaint((state) => state.edgesOnly)
  return (
    <Button
      kind="quiet"
      size="small"
      className={`${styles.toggle} ${styles.edges}`}
      aria-pressed={edgesOnly}
      onClick={() => session.setState({ edgesOnly: !edgesOnly })}
      title="Show only the outline of the mask"
    >
      Edges only
    </Button>
  )
}

function Zoom({ editor }: { readonly editor: Editor }) {
  const percent = useEditor(editor, ({ view }) => Math.round(view.scale * 1000) / 10)
  const shown = percent >= 10 ? Math.round(percent) : percent
  return (
    <span className={styles.zoom}>
      <IconButton size="small" label="Zoom out (Ctrl -)" onClick={() => editor.dispatch({ kind: 'zoom-step', direction: -1 })}>
        <IconMinus aria-hidden />
      </IconButton>
      <button
        type="button"
        className={styles.percent}
        title="Actual size (Ctrl 1)"
        onClick={() => editor.dispatch({ kind: 'actual' })}
        aria-label={`Zoom ${shown} %, set to actual size`}
      >
        {shown} %
      </button>
      <IconButton size="small" label="Zoom in (Ctrl =)" onClick={() => editor.dispatch({ kind: 'zoom-step', direction: 1 })}>
        <IconPlus aria-hidden />
      </IconButton>
    </span>
  )
}
