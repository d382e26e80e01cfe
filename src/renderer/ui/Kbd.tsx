import styles from './Kbd.module.css'

/** A key or a chord, "Ctrl Enter". `plain`: without a frame, for use on the accent. */
export function Kbd({ children, plain = false }: { readonly children: string; readonly plain?: boolean }) {
  return <kbd className={plain ? styles.plain : styles.kbd}>{children}</kbd>
}
