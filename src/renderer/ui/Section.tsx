import { useId, useState, type ReactNode } from 'react'
import { IconChevronDown } from '@tabler/icons-react'
import styles from './Section.module.css'

export interface SectionProps {
  readonly title: string
  /** Stands at the right of the title: small buttons, a fact. */
  readonly right?: ReactNode
  readonly children: ReactNode
  /** May be folded away; starts so when `folded`. */
  readonly foldable?: boolean
  readonly folded?: boolean
}

export function Section({ title, right, children, foldable = false, folded = false }: SectionProps) {
  const [open, setOpen] = useState(!folded)
  const id = useId()
  const shown = !foldable || open
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.head}>
        <h3 id={id} className={styles.title}>
          {foldable ? (
            <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
              {title}
              <IconChevronDown aria-hidden className={open ? styles.up : ''} />
            </button>
          ) : (
            title
          )}
        </h3>
        {right}
      </div>
      {shown ? <div className={styles.body}>{children}</div> : null}
    </section>
  )
}
