import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBrush,
  IconEraser,
  IconFolderOpen,
  IconHandStop,
  IconMaximize,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Editor } from '../editor/editor.ts'
import type { Tool } from '../editor/gestures.ts'
import { IconButton } from '../ui/index.ts'
import styles from './ToolStrip.module.css'
import { useEditor, useHistory } from './useEditor.ts'

const tools: readonly { readonly tool: Tool; readonly label: string; readonly icon: ReactNode }[] = [
  { tool: 'brush', label: 'Brush (B)', icon: <IconBrush aria-hidden /> },
  { tool: 'eraser', label: 'Eraser (E)', icon: <IconEraser aria-hidden /> },
  { tool: 'hand', label: 'Move the picture (H, or hold Space)', icon: <IconHandStop aria-hidden /> },
]

/** The tools, floating over the left edge of the photograph's place. */
export function ToolStrip({ editor, onOpen }: { readonly editor: Editor; readonly onOpen: () => void }) {
  const tool = useEditor(editor, (state) => state.tool)
  const { undo, redo } = useHistory(editor)
  return (
    <div className={styles.strip} role="toolbar" aria-orientation="vertical" aria-label="Tools" data-over-canvas>
      {tools.map((one) => (
        <IconButton
          key={one.tool}
          size="large"
          label={one.label}
          pressed={one.tool === tool}
          onClick={() => editor.dispatch({ kind: 'tool', tool: one.tool })}
        >
          {one.icon}
        </IconButton>
      ))}
      <hr className={styles.rule} />
      <IconButton size="large" label="Undo (Ctrl Z)" disabled={undo === 0} onClick={() => editor.undo()}>
        <IconArrowBackUp aria-hidden />
      </IconButton>
      <IconButton size="large" label="Redo (Ctrl Shift Z)" disabled={redo === 0} onClick={() => editor.redo()}>
        <IconArrowForwardUp aria-hidden />
      </IconButton>
      <hr className={styles.rule} />
      <IconButton size="large" label="Fit to the window (Ctrl 0)" onClick={() => editor.dispatch({ kind: 'fit' })}>
        <IconMaximize aria-hidden />
      </IconButton>
      <IconButton size="large" label="Open another photograph (Ctrl O)" onClick={onOpen}>
        <IconFolderOpen aria-hidden />
      </IconButton>
    </div>
  )
}
