import { IconBallpen, IconBallpenOff, IconLink, IconUnlink } from '@tabler/icons-react'
import type { Editor } from '../editor/editor.ts'
import { sizeRange } from '../editor/gestures.ts'
import { IconButton, Kbd } from '../ui/index.ts'
import { NumberBox } from '../ui/NumberBox.tsx'
import { setMaskTool } from './mask-tools.ts'
import styles from './OptionsBar.module.css'
import { useEditor } from './useEditor.ts'

/** What the tool in the hand can be set to, and what its modifier keys do. */
export function ToolOptions({ editor }: { readonly editor: Editor }) {
  const tool = useEditor(editor, (state) => state.tool)
  const corners = useEditor(editor, (state) => state.polygon?.points.length ?? 0)
  switch (tool) {
    case 'brush':
    case 'eraser':
      return <BrushOptions editor={editor} />
    case 'wand':
      return <WandOptions editor={editor} />
    case 'polygon':
      return corners === 0 ? (
        <Hint title="Click corner by corner. Alt or the right button takes away instead of adding.">
          <Kbd>Alt</Kbd> takes away
        </Hint>
      ) : (
        <Hint title="Enter, a double click or a click on the first corner closes it; Backspace takes a corner back; Escape drops it.">
          <Kbd>Enter</Kbd> closes <Kbd>Esc</Kbd> drops
        </Hint>
      )
    case 'rectangle':
    case 'ellipse':
      return (
        <Hint title="Alt or the right button takes away instead of adding.">
          <Kbd>Shift</Kbd> {tool === 'rectangle' ? 'square' : 'circle'} <Kbd>Alt</Kbd> takes away
        </Hint>
      )
    case 'lasso':
      return (
        <Hint title="Draw round it. Alt or the right button takes away instead of adding.">
          <Kbd>Alt</Kbd> takes away
        </Hint>
      )
    case 'hand':
      return (
        <Hint title="With any other tool hold Space, or drag with the middle button.">
          <Kbd>Space</Kbd> with any tool
        </Hint>
      )
  }
}

function Hint({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <span className={styles.how} title={title}>
      {children}
    </span>
  )
}

function BrushOptions({ editor }: { readonly editor: Editor }) {
  const size = useEditor(editor, (state) => state.size)
  const hardness = Math.round(useEditor(editor, (state) => state.hardness) * 100)
  const penSize = useEditor(editor, (state) => state.penSize)
  const setPen = () => {
    editor.dispatch({ kind: 'pen-size', on: !penSize })
    setMaskTool({ penSize: !penSize })
  }
  return (
    <>
      <span
        className={styles.field}
        title="Diameter of the brush, in pixels of the photograph ([ and ], or drag with Alt and the right button)"
      >
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
        <IconButton
          size="small"
          className={styles.switch}
          label="A pen's pressure changes the size"
          pressed={penSize}
          onClick={setPen}
        >
          {penSize ? <IconBallpen aria-hidden /> : <IconBallpenOff aria-hidden />}
        </IconButton>
      </span>
    </>
  )
}

function WandOptions({ editor }: { readonly editor: Editor }) {
  const tolerance = useEditor(editor, (state) => state.tolerance)
  const contiguous = useEditor(editor, (state) => state.contiguous)
  const setTolerance = (value: number) => {
    editor.dispatch({ kind: 'tolerance', tolerance: value })
    setMaskTool({ tolerance: editor.state().tolerance })
  }
  const setContiguous = () => {
    editor.dispatch({ kind: 'contiguous', on: !contiguous })
    setMaskTool({ contiguous: !contiguous })
  }
  return (
    <span
      className={styles.field}
      title="How far a colour may lie from the touched one, of 255. Alt or the right button takes away."
    >
      <span className={styles.name}>Tolerance</span>
      <input
        type="range"
        className={styles.slider}
        aria-label="Tolerance"
        min={0}
        max={255}
        value={tolerance}
        onChange={(event) => setTolerance(Number(event.target.value))}
      />
      <span className={styles.narrow}>
        <NumberBox
          label="Tolerance"
          value={tolerance}
          onChange={setTolerance}
          range={{ min: 0, max: 255, step: 1 }}
          shown={String(tolerance)}
          format={String}
        />
      </span>
      <IconButton size="small" className={styles.switch} label="Only connected pixels" pressed={contiguous} onClick={setContiguous}>
        {contiguous ? <IconLink aria-hidden /> : <IconUnlink aria-hidden />}
      </IconButton>
    </span>
  )
}
