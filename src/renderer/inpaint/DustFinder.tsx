import { useState } from 'react'
import { toErrorData } from '../../shared/errors.ts'
import { readTiles } from '../editor/save.ts'
import { useWords, words } from '../i18n/index.ts'
import { call } from '../state/client.ts'
import { notify } from '../state/store.ts'
import { Button } from '../ui/index.ts'
import { NumberBox } from '../ui/NumberBox.tsx'
import styles from './MaskMenu.module.css'
import { setMaskTool, useMaskTools } from './mask-tools.ts'
import { type OpenPhoto, session } from './session.ts'

/** Adds what may be dust and scratches to the mask, as one step to undo: a suggestion, to be looked over. */
async function addDust({ photo, editor }: OpenPhoto, threshold: number, size: number): Promise<void> {
  session.setState({ error: null })
  try {
    const tiles = await call('selectMask', { photo: photo.id, from: { kind: 'dust', threshold, size } })
    if (tiles.length === 0) notify(words().inpaint.mask.noDust)
    else editor.merge(await readTiles(tiles), 'add')
  } catch (error) {
    session.setState({ error: toErrorData(error) })
  }
}

export function DustFinder({ open }: { readonly open: OpenPhoto }) {
  const t = useWords().inpaint.mask
  const threshold = useMaskTools('dustThreshold')
  const size = useMaskTools('dustSize')
  const [busy, setBusy] = useState(false)
  const find = async () => {
    setBusy(true)
    await addDust(open, threshold, size)
    setBusy(false)
  }
  return (
    <div className={styles.dust}>
      <div className={styles.growth}>
        <span>{t.standsOut}</span>
        <span className={styles.box}>
          <NumberBox
            label={t.standsOutLabel}
            value={threshold}
            onChange={(dustThreshold) => setMaskTool({ dustThreshold })}
            range={{ min: 1, max: 128, step: 1 }}
            shown={t.levels(threshold)}
            format={String}
          />
        </span>
      </div>
      <div className={styles.growth}>
        <span>{t.narrower}</span>
        <span className={styles.box}>
          <NumberBox
            label={t.narrowerLabel}
            value={size}
            onChange={(dustSize) => setMaskTool({ dustSize })}
            range={{ min: 2, max: 64, step: 1 }}
            shown={`${size} px`}
            format={String}
          />
        </span>
      </div>
      <div className={styles.growth}>
        <Button size="small" disabled={busy} onClick={() => void find()} title={t.findDustTitle}>
          {busy ? t.looking : t.findDust}
        </Button>
      </div>
    </div>
  )
}
