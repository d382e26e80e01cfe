import { Menu } from '@mantine/core'
import { IconChevronDown, IconMinus, IconPlus } from '@tabler/icons-react'
import type { Editor } from '../editor/editor.ts'
import { presets } from '../editor/operations.ts'
import { Button, IconButton, Kbd } from '../ui/index.ts'
import { NumberBox } from '../ui/NumberBox.tsx'
import styles from './OptionsBar.module.css'
import { MaskMenu } from './MaskMenu.tsx'
import { OverlayMenu } from './OverlayMenu.tsx'
import { changeDraft, type OpenPhoto, useInpaint } from './session.ts'
import { ToolOptions } from './ToolOptions.tsx'
import { useEditor } from './useEditor.ts'

/** The tool and the mask at hand, over the photograph's upper edge. What does not fit a small window stands in the inspector too. */
export function OptionsBar({ open }: { readonly open: OpenPhoto }) {
  const { editor } = open
  return (
    <div className={styles.place} data-over-canvas>
      <div className={styles.bar} role="toolbar" aria-label="Brush and mask">
        <ToolOptions editor={editor} />
        <FeatherOption editor={editor} />
        <span className={styles.rule} />
        <BarButton title="Invert the mask (Ctrl I)" onClick={() => editor.operate('invert')}>
          Invert
        </BarButton>
        <BarButton title="Clear the mask (Ctrl D)" onClick={() => editor.operate('clear')}>
          Clear
        </BarButton>
        <MaskMenu open={open} />
        <PresetMenu editor={editor} />
        <OverlayMenu />
        <span className={styles.space}>
          <Working editor={editor} />
        </span>
        <Zoom editor={editor} />
        <span className={styles.hint} title="Hold Tab for the original">
          <Kbd>Tab</Kbd> original
        </span>
      </div>
    </div>
  )
}

/** Said only where it takes long enough to be wondered about. */
function Working({ editor }: { readonly editor: Editor }) {
  const working = useEditor(editor, ({ waiting }) => waiting > 0)
  return <output className={styles.working}>{working ? <span>Working on the mask…</span> : null}</output>
}

/** It stands in the menu of the mask too. */
function BarButton(props: { readonly title: string; readonly onClick: () => void; readonly children: string }) {
  return <Button kind="quiet" size="small" className={styles.twice} {...props} />
}

/** It stands in the inspector too: other tools have their own words here. */
function FeatherOption({ editor }: { readonly editor: Editor }) {
  const blend = useInpaint((state) => state.draft.blend)
  const paints = useEditor(editor, ({ tool }) => tool === 'brush' || tool === 'eraser')
  if (!paints) return null
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
