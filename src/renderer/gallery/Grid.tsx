import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useWords } from '../i18n/index.ts'
import { galleryStore, pick, pickNone, showLarge, showRange, useGallery } from '../state/gallery.ts'
import { pictureAt } from '../state/gallery-pages.ts'
import { usePreference } from '../state/preferences.ts'
import { attempt } from '../state/store.ts'
import { toggleFavourite } from './actions.ts'
import { Cell, cellId, wasSeen } from './Cell.tsx'
import { gap, layoutOf, movedBy, spareRows } from './layout.ts'
import { useBand } from './useBand.ts'
import { useBox } from '../ui/useBox.ts'
import { useHurry } from './useHurry.ts'
import { useSlots } from './useSlots.ts'
import styles from './Grid.module.css'

/** Above the first row and below the last. CSS px. */
const [paddingStart, paddingEnd] = [2, 24]

/** All pictures of the query, of which only those near the screen are mounted: 100,000 scroll like a hundred. */
export function Grid({ total }: { readonly total: number }) {
  const t = useWords().gallery
  const box = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const pages = useGallery((state) => state.pages)
  const picked = useGallery((state) => state.picked)
  const at = useGallery((state) => state.at)
  const order = useGallery((state) => state.order)
  const wanted = usePreference('galleryCell')
  const { width, height } = useBox(box)
  const layout = useMemo(() => layoutOf(width, height, wanted), [width, height, wanted])
  const hurry = useHurry(box)
  const { columns, cell, pitch } = layout
  const estimateSize = useCallback(() => pitch, [pitch])
  const virtual = useVirtualizer({
    count: width === 0 ? 0 : Math.ceil(total / columns),
    getScrollElement: () => box.current,
    estimateSize,
    overscan: spareRows,
    paddingStart,
    paddingEnd,
    // A frame may pass before new rows are there: they are mounted ahead of the screen, and the scrolling itself never waits.
    useFlushSync: false,
  })
  const rows = virtual.getVirtualItems()
  const [first, end] = [(rows[0]?.index ?? 0) * columns, Math.min(total, ((rows.at(-1)?.index ?? -1) + 1) * columns)]
  // What rushes by is not asked for: nobody sees it, and each page of it would be read, sent and drawn.
  useEffect(() => {
    if (!hurry) showRange(first, end)
  }, [first, end, pages, hurry])
  const slots = useSlots(useMemo(() => rows.map(({ index }) => index), [rows]))

  // Cells of another size: the first that was on the screen stays there.
  const was = useRef(layout)
  useLayoutEffect(() => {
    const { columns: before, pitch: rise } = was.current
    was.current = layout
    virtual.measure()
    if (box.current === null || before === columns) return
    const top = Math.floor(box.current.scrollTop / rise) * before
    box.current.scrollTop = Math.floor(top / columns) * pitch
  }, [layout, columns, pitch, virtual])
  // Another query begins at its beginning.
  useLayoutEffect(() => void (box.current === null ? 0 : (box.current.scrollTop = 0)), [order])
  // The large view may have gone far.
  useEffect(() => {
    if (at !== null && at < total) virtual.scrollToIndex(Math.floor(at / columns), { align: 'auto' })
    // oxlint-disable-next-line react/exhaustive-deps -- only when the place itself changes: scrolling away from it is the user's right
  }, [at])

  const { band, ended, handlers } = useBand(layout, total, () => content.current)
  const onKeyDown = (event: KeyboardEvent) => {
    const from = at ?? Math.max(0, first + columns)
    const page = Math.max(1, Math.floor(height / pitch) - 1)
    const to = movedBy(event.key, from, { columns, rows: page, total })
    const ctrl = event.ctrlKey || event.metaKey
    if (to !== undefined) attempt(() => pick(at === null ? first : to, event.shiftKey ? 'range' : ctrl ? 'move' : 'only'))
    else if (event.key === ' ' && at !== null) attempt(() => pick(at, 'toggle'))
    else if (event.key === 'Enter' && at !== null && !ctrl) showLarge(true)
    else if (event.key === 'Escape') pickNone()
    else return
    event.preventDefault()
  }
  const onClick = (event: MouseEvent) => {
    if (ended.current) return
    const index = indexAt(event)
    const part = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-part]')?.dataset['part'] : undefined
    if (index === undefined) return pickNone()
    if (part === 'heart') return likeAt(index)
    const ctrl = event.ctrlKey || event.metaKey || part === 'mark'
    return attempt(() => pick(index, event.shiftKey ? 'range' : ctrl ? 'toggle' : 'only'))
  }
  const onDoubleClick = (event: MouseEvent) => {
    const index = indexAt(event)
    if (index === undefined || (event.target instanceof Element && event.target.closest('[data-part]') !== null)) return
    attempt(() => pick(index, 'only'))
    showLarge(true)
  }
  const mounted = at !== null && at >= first && at < end
  return (
    <div
      ref={box}
      className={styles.box}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a <select> draws no pictures
      role="listbox"
      tabIndex={0}
      aria-label={t.pictures(total)}
      aria-multiselectable
      aria-activedescendant={mounted ? cellId(at) : undefined}
      data-at={mounted ? true : undefined}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      {...handlers}
    >
      <div ref={content} role="presentation" className={styles.content} style={{ height: virtual.getTotalSize() }}>
        {rows.map((row, i) => (
          <div
            key={slots[i]?.key ?? row.index}
            role="presentation"
            className={styles.row}
            style={{ transform: `translateY(${row.start}px)`, gridTemplateColumns: `repeat(${columns}, ${cell}px)`, gap }}
          >
            {Array.from({ length: Math.min(columns, total - row.index * columns) }, (_, column) => {
              const index = row.index * columns + column
              const picture = pictureAt(pages, index)
              return (
                <Cell
                  key={column}
                  picture={picture}
                  index={index}
                  total={total}
                  picked={picture !== undefined && picked.has(picture.id)}
                  current={index === at}
                  words={t}
                  load={!hurry || (picture !== undefined && wasSeen(picture))}
                />
              )
            })}
          </div>
        ))}
        {band === null ? null : (
          <div
            role="presentation"
            className={styles.band}
            style={{ left: band.left, top: band.top, width: band.right - band.left, height: band.bottom - band.top }}
          />
        )}
      </div>
    </div>
  )
}

function indexAt({ target }: MouseEvent): number | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return cell === null ? undefined : Number(cell.dataset['index'])
}

function likeAt(index: number): void {
  const picture = pictureAt(galleryStore.getState().pages, index)
  if (picture !== undefined) attempt(() => toggleFavourite([picture.id]))
}
