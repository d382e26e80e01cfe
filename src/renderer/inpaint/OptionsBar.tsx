import { Menu } from '@mantine/core'
import { IconChevronDown, IconMinus, IconPlus } from '@tabler/icons-react'
import type { Editor } from '../editor/editor.ts'
import { presets } from '../editor/operations.ts'
import { useWords } from '../i18n/index.ts'
import { plain } from '../state/format.ts'
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
  const t = useWords().inpaint.bar
  const { editor } = open
  return (
    <div className={styles.place} data-over-canvas>
      <div className={styles.bar} role="toolbar" aria-label={t.label}>
        <ToolOptions editor={editor} />
        <FeatherOption editor={editor} />
        <span className={styles.rule} />
        <BarButton title={t.invertTitle} onClick={() => editor.operate('invert')}>
          {t.invert}
        </BarButton>
        <BarButton title={t.clearTitle} onClick={() => editor.operate('clear')}>
          {t.clear}
        </BarButton>
        <MaskMenu open={open} />
        <PresetMenu editor={editor} />
        <OverlayMenu />
        <span className={styles.space}>
          <Working editor={editor} />
        </span>
        <Zoom editor={editor} />
        <span className={styles.hint} title={t.originalTitle}>
          <Kbd>Tab</Kbd> {t.original}
        </span>
      </div>
    </div>
  )
}

/** Said only where it takes long enough to be wondered about. */
function Working({ editor }: { readonly editor: Editor }) {
  const t = useWords().inpaint.bar
  const working = useEditor(editor, ({ waiting }) => waiting > 0)
  return <output className={styles.working}>{working ? <span>{t.working}</span> : null}</output>
}

/** It stands in the menu of the mask too. */
function BarButton(props: { readonly title: string; readonly onClick: () => void; readonly children: string }) {
  return <Button kind="quiet" size="small" className={styles.twice} {...props} />
}

/** It stands in the inspector too: other tools have their own words here. */
function FeatherOption({ editor }: { readonly editor: Editor }) {
  const t = useWords().inpaint.bar
  const blend = useInpaint((state) => state.draft.blend)
  const paints = useEditor(editor, ({ tool }) => tool === 'brush' || tool === 'eraser')
  if (!paints) return null
  return (
    <span className={`${styles.field} ${styles.feather}`}>
      <span className={styles.name}>{t.feather}</span>
      <span className={styles.box}>
        <NumberBox
          label={t.featherLabel}
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
  const t = useWords()
  return (
    <Menu position="bottom-start" offset={8} classNames={{ dropdown: styles.menu ?? '', item: styles.item ?? '' }}>
      <Menu.Target>
        <Button kind="quiet" size="small" title={t.inpaint.bar.presetsTitle}>
          {t.inpaint.bar.presets}
          <IconChevronDown aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.map((id) => (
          <Menu.Item key={id} onClick={() => editor.operate(id)}>
            {t.commands[`mask.preset-${id}`]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Zoom({ editor }: { readonly editor: Editor }) {
  const t = useWords().inpaint.bar
  const percent = useEditor(editor, ({ view }) => Math.round(view.scale * 1000) / 10)
  const shown = plain(percent >= 10 ? Math.round(percent) : percent)
  return (
    <span className={styles.zoom}>
      <IconButton size="small" label={t.zoomOut} onClick={() => editor.dispatch({ kind: 'zoom-step', direction: -1 })}>
        <IconMinus aria-hidden />
      </IconButton>
      <button
        type="button"
        className={styles.percent}
        title={t.actual}
        onClick={() => editor.dispatch({ kind: 'actual' })}
        aria-label={t.zoom(shown)}
      >
        {shown} %
      </button>
      <IconButton size="small" label={t.zoomIn} onClick={() => editor.dispatch({ kind: 'zoom-step', direction: 1 })}>
        <IconPlus aria-hidden />
      </IconButton>
    </span>
  )
}
