import { IconBallpen, IconBallpenOff, IconLink, IconUnlink } from '@tabler/icons-react'
import type { Editor } from '../editor/editor.ts'
import { sizeRange } from '../editor/gestures.ts'
import { useWords } from '../i18n/index.ts'
import { IconButton, Kbd } from '../ui/index.ts'
import { NumberBox } from '../ui/NumberBox.tsx'
import { setMaskTool } from './mask-tools.ts'
import styles from './OptionsBar.module.css'
import { useEditor } from './useEditor.ts'

/** What the tool in the hand can be set to, and what its modifier keys do. */
export function ToolOptions({ editor }: { readonly editor: Editor }) {
  const t = useWords().inpaint.tool
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
        <Hint title={t.polygonTitle}>
          <Kbd>Alt</Kbd> {t.takesAway}
        </Hint>
      ) : (
        <Hint title={t.cornersTitle}>
          <Kbd>Enter</Kbd> {t.closes} <Kbd>Esc</Kbd> {t.drops}
        </Hint>
      )
    case 'rectangle':
    case 'ellipse':
      return (
        <Hint title={t.shapeTitle}>
          <Kbd>Shift</Kbd> {tool === 'rectangle' ? t.square : t.circle} <Kbd>Alt</Kbd> {t.takesAway}
        </Hint>
      )
    case 'lasso':
      return (
        <Hint title={t.lassoTitle}>
          <Kbd>Alt</Kbd> {t.takesAway}
        </Hint>
      )
    case 'hand':
      return (
        <Hint title={t.handTitle}>
          <Kbd>Space</Kbd> {t.withAnyTool}
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
  const t = useWords().inpaint.tool
  const size = useEditor(editor, (state) => state.size)
  const hardness = Math.round(useEditor(editor, (state) => state.hardness) * 100)
  const penSize = useEditor(editor, (state) => state.penSize)
  const setPen = () => {
    editor.dispatch({ kind: 'pen-size', on: !penSize })
    setMaskTool({ penSize: !penSize })
  }
  return (
    <>
      <span className={styles.field} title={t.brushTitle}>
        <span className={styles.name}>{t.brush}</span>
        <span className={styles.box}>
          <NumberBox
            label={t.brushSize}
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
      <span className={styles.field} title={t.hardnessTitle}>
        <span className={styles.name}>{t.hardness}</span>
        <span className={styles.box}>
          <NumberBox
            label={t.hardness}
            value={hardness}
            onChange={(value) => editor.dispatch({ kind: 'hardness', hardness: value / 100 })}
            range={{ min: 0, max: 100, step: 1 }}
            shown={`${hardness} %`}
            format={String}
          />
        </span>
        <IconButton size="small" className={styles.switch} label={t.pen} pressed={penSize} onClick={setPen}>
          {penSize ? <IconBallpen aria-hidden /> : <IconBallpenOff aria-hidden />}
        </IconButton>
      </span>
    </>
  )
}

function WandOptions({ editor }: { readonly editor: Editor }) {
  const t = useWords().inpaint.tool
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
    <span className={styles.field} title={t.toleranceTitle}>
      <span className={styles.name}>{t.tolerance}</span>
      <input
        type="range"
        className={styles.slider}
        aria-label={t.tolerance}
        min={0}
        max={255}
        value={tolerance}
        onChange={(event) => setTolerance(Number(event.target.value))}
      />
      <span className={styles.narrow}>
        <NumberBox
          label={t.tolerance}
          value={tolerance}
          onChange={setTolerance}
          range={{ min: 0, max: 255, step: 1 }}
          shown={String(tolerance)}
          format={String}
        />
      </span>
      <IconButton size="small" className={styles.switch} label={t.contiguous} pressed={contiguous} onClick={setContiguous}>
        {contiguous ? <IconLink aria-hidden /> : <IconUnlink aria-hidden />}
      </IconButton>
    </span>
  )
}
