import { IconX } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { IconButton, Kbd } from '../ui/index.ts'
import { heatColour, mostSpread } from './heat.ts'
import styles from './HeatLegend.module.css'
import { session } from './session.ts'
import type { Heat } from './useHeat.ts'

const ground = `linear-gradient(to right, ${Array.from({ length: 13 }, (_, i) => `rgb(${heatColour(i / 12).join(' ')})`).join(', ')})`
const marks = [0, mostSpread / 4, mostSpread / 2, mostSpread]

/** What the colours of the heat map say. */
export function HeatLegend({ heat: { count, kept } }: { readonly heat: Heat }) {
  const t = useWords().inpaint.heat
  return (
    <figure className={styles.legend} aria-label={t.label}>
      <figcaption className={styles.words}>
        {t.words(count, kept)}
        <span className={styles.key}>
          <Kbd>D</Kbd>
        </span>
        <IconButton size="small" label={t.hide} onClick={() => session.setState({ heat: false })}>
          <IconX aria-hidden />
        </IconButton>
      </figcaption>
      <div className={styles.scale} style={{ backgroundImage: ground }} aria-hidden />
      <div className={`mono ${styles.marks}`}>
        {marks.map((mark) => (
          <span key={mark}>{mark === mostSpread ? t.andMore(mark) : mark}</span>
        ))}
      </div>
    </figure>
  )
}
