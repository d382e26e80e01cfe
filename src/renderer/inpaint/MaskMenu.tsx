import { IconChevronDown } from '@tabler/icons-react'
import { mostGrowth } from '../editor/grow.ts'
import { useWords } from '../i18n/index.ts'
import { keyNames } from '../i18n/key-words.ts'
import { Button } from '../ui/index.ts'
import { NumberBox } from '../ui/NumberBox.tsx'
import { Popover } from '../ui/Popover.tsx'
import { DustFinder } from './DustFinder.tsx'
import styles from './MaskMenu.module.css'
import { chooseMaskFile, hasAlpha, maskFrom, saveMask } from './mask-files.ts'
import { setMaskTool, useMaskTools } from './mask-tools.ts'
import type { OpenPhoto } from './session.ts'

/** What changes the mask as a whole, and brings it in and out. It stays open while one tries: grow, look, grow again. */
export function MaskMenu({ open }: { readonly open: OpenPhoto }) {
  const t = useWords().inpaint.mask
  const { editor } = open
  const alpha = hasAlpha(open)
  return (
    <Popover
      label={t.label}
      position="bottom-start"
      target={(props) => (
        <Button kind="quiet" size="small" title={t.title} {...props}>
          {t.label}
          <IconChevronDown aria-hidden />
        </Button>
      )}
    >
      {(close) => {
        const away = (action: () => void) => () => {
          close()
          action()
        }
        return (
          <>
            <Growth open={open} />
            <hr className={styles.rule} />
            <Item keys="Shift Backspace" onClick={() => editor.operate('fill')}>
              {t.everything}
            </Item>
            <Item keys="Ctrl I" onClick={() => editor.operate('invert')}>
              {t.invert}
            </Item>
            <Item keys="Ctrl D" onClick={() => editor.operate('clear')}>
              {t.clear}
            </Item>
            <hr className={styles.rule} />
            <DustFinder open={open} />
            <hr className={styles.rule} />
            <Item
              disabled={!alpha}
              title={alpha ? undefined : t.noAlpha}
              onClick={away(() => void maskFrom(open, { kind: 'alpha' }))}
            >
              {t.fromAlpha}
            </Item>
            <Item onClick={away(() => chooseMaskFile(open))} title={t.fromFileTitle}>
              {t.fromFile}
            </Item>
            <Item onClick={away(() => saveMask(open))} title={t.saveTitle}>
              {t.save}
            </Item>
          </>
        )
      }}
    </Popover>
  )
}

function Growth({ open: { editor } }: { readonly open: OpenPhoto }) {
  const t = useWords().inpaint.mask
  const by = useMaskTools('growth')
  return (
    <div className={styles.growth}>
      <Button size="small" title={t.shrinkTitle} onClick={() => editor.operate({ kind: 'shrink', by })}>
        {t.shrink}
      </Button>
      <span className={styles.box}>
        <NumberBox
          label={t.growth}
          value={by}
          onChange={(growth) => setMaskTool({ growth })}
          range={{ min: 1, max: mostGrowth, step: 1 }}
          shown={`${by} px`}
          format={String}
        />
      </span>
      <Button size="small" title={t.growTitle} onClick={() => editor.operate({ kind: 'grow', by })}>
        {t.grow}
      </Button>
    </div>
  )
}

function Item(props: {
  readonly keys?: string
  readonly title?: string | undefined
  readonly disabled?: boolean
  readonly onClick: () => void
  readonly children: string
}) {
  const { keys, children, ...rest } = props
  return (
    <button type="button" className={styles.item} {...rest}>
      <span>{children}</span>
      {keys === undefined ? null : <small aria-hidden>{keyNames(keys)}</small>}
    </button>
  )
}
