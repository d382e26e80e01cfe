import { useWords } from '../i18n/index.ts'
import { keyNames } from '../i18n/key-words.ts'
import styles from './Kbd.module.css'

/** A key or a chord by its English names, "Ctrl Enter"; drawn by those of the language. `plain`: without a frame, for use on the accent. */
export function Kbd({ children, plain = false }: { readonly children: string; readonly plain?: boolean }) {
  useWords()
  return <kbd className={plain ? styles.plain : styles.kbd}>{keyNames(children)}</kbd>
}
