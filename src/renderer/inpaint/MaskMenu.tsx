import { IconChevronDown } from '@tabler/icons-react'
import { mostGrowth } from '../editor/grow.ts'
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
  const { editor } = open
  const alpha = hasAlpha(open)
  return (
    <Popover
      label="Mask"
      position="bottom-start"
      target={(props) => (
        <Button kind="quiet" size="small" title="Change the mask as a whole" {...props}>
          Mask
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
              Mask everything
            </Item>
            <Item keys="Ctrl I" onClick={() => editor.operate('invert')}>
              Invert
            </Item>
            <Item keys="Ctrl D" onClick={() => editor.operate('clear')}>
              Clear
            </Item>
            <hr className={styles.rule} />
            <DustFinder open={open} />
            <hr className={styles.rule} />
            <Item
              disabled={!alpha}
              title={alpha ? undefined : 'This photograph has no transparent parts.'}
              onClick={away(() => void maskFrom(open, { kind: 'alpha' }))}
            >
              From the transparent parts
            </Item>
            <Item onClick={away(() => chooseMaskFile(open))} title="White, or opaque, is filled; its size must be the photograph's">
              From a picture file…
            </Item>
            <Item onClick={away(() => saveMask(open))} title="8-bit grey, white is filled">
              Save as a PNG…
            </Item>
          </>
        )
      }}
    </Popover>
  )
}

function Growth({ open: { editor } }: { readonly open: OpenPhoto }) {
  const by = useMaskTools('growth')
  return (
    <div className={styles.growth}>
      <Button size="small" title="Narrower by so many pixels (Ctrl [)" onClick={() => editor.operate({ kind: 'shrink', by })}>
        Shrink
      </Button>
      <span className={styles.box}>
        <NumberBox
          label="Grow and shrink by"
          value={by}
          onChange={(growth) => setMaskTool({ growth })}
          range={{ min: 1, max: mostGrowth, step: 1 }}
          shown={`${by} px`}
          format={String}
        />
      </span>
      <Button size="small" title="Wider by so many pixels (Ctrl ])" onClick={() => editor.operate({ kind: 'grow', by })}>
        Grow
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
      {keys === undefined ? null : <small aria-hidden>{keys}</small>}
    </button>
  )
}
