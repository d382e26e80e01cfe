import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBrush,
  IconCircleDashed,
  IconEraser,
  IconHandStop,
  IconLasso,
  IconLassoPolygon,
  IconMarquee2,
  IconMaximize,
  IconWand,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Editor } from '../editor/editor.ts'
import type { Tool } from '../editor/gestures.ts'
import { tools } from '../editor/keys.ts'
import { useWords } from '../i18n/index.ts'
import { IconButton } from '../ui/index.ts'
import { OpenMenu } from './OpenMenu.tsx'
import styles from './ToolStrip.module.css'
import { useEditor, useHistory } from './useEditor.ts'

const icons: Readonly<Record<Tool, ReactNode>> = {
  brush: <IconBrush aria-hidden />,
  eraser: <IconEraser aria-hidden />,
  rectangle: <IconMarquee2 aria-hidden />,
  ellipse: <IconCircleDashed aria-hidden />,
  lasso: <IconLasso aria-hidden />,
  polygon: <IconLassoPolygon aria-hidden />,
  wand: <IconWand aria-hidden />,
  hand: <IconHandStop aria-hidden />,
}

/** The tools, floating over the left edge of the photograph's place. */
export function ToolStrip({ editor, onOpen }: { readonly editor: Editor; readonly onOpen: () => void }) {
  const t = useWords()
  const tool = useEditor(editor, (state) => state.tool)
  const { undo, redo } = useHistory(editor)
  return (
    <div
      className={styles.strip}
      role="toolbar"
      aria-orientation="vertical"
      aria-label={t.inpaint.tools.label}
      data-tools
      data-over-canvas
    >
      {tools.map((one) => (
        <IconButton
          key={one.tool}
          size="large"
          label={t.inpaint.tools.tool(t.commands[`mask.${one.tool}`], one.key, one.tool === 'hand')}
          pressed={one.tool === tool}
          onClick={() => editor.dispatch({ kind: 'tool', tool: one.tool })}
        >
          {icons[one.tool]}
        </IconButton>
      ))}
      <hr className={styles.rule} />
      <IconButton size="large" label={t.inpaint.tools.undo} disabled={undo === 0} onClick={() => editor.undo()}>
        <IconArrowBackUp aria-hidden />
      </IconButton>
      <IconButton size="large" label={t.inpaint.tools.redo} disabled={redo === 0} onClick={() => editor.redo()}>
        <IconArrowForwardUp aria-hidden />
      </IconButton>
      <hr className={styles.rule} />
      <IconButton size="large" label={t.inpaint.tools.fit} onClick={() => editor.dispatch({ kind: 'fit' })}>
        <IconMaximize aria-hidden />
      </IconButton>
      <OpenMenu onOpen={onOpen} />
    </div>
  )
}
