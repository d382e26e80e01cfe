import type { ComponentPropsWithRef, ReactNode } from 'react'
import { Kbd } from './Kbd.tsx'
import styles from './Button.module.css'

export interface ButtonProps extends ComponentPropsWithRef<'button'> {
  readonly kind?: 'primary' | 'ghost' | 'quiet' | 'danger'
  readonly size?: 'small' | 'normal'
  readonly icon?: ReactNode
  /** A shortcut hint, e.g. "Ctrl Enter". */
  readonly hint?: string
  /** Takes the whole width. */
  readonly wide?: boolean
}

export function Button({ kind = 'ghost', size = 'normal', icon, hint, wide = false, className, children, ...rest }: ButtonProps) {
  const names = [styles.button, styles[kind], size === 'small' ? styles.small : '', wide ? styles.wide : '', className ?? '']
  return (
    <button type="button" {...rest} className={names.join(' ')}>
      {icon}
      {children}
      {hint === undefined ? null : <Kbd plain={kind === 'primary'}>{hint}</Kbd>}
    </button>
  )
}

export interface IconButtonProps extends ComponentPropsWithRef<'button'> {
  /** Read out and shown on hover. */
  readonly label: string
  /** For a toggle; leave out for a plain button. */
  readonly pressed?: boolean
  readonly size?: 'small' | 'normal' | 'large'
}

export function IconButton({ label, pressed, size = 'normal', className, children, ...rest }: IconButtonProps) {
  const names = [styles.icon, styles[`icon-${size}`], className ?? '']
  return (
    <button type="button" aria-label={label} title={label} aria-pressed={pressed} {...rest} className={names.join(' ')}>
      {children}
    </button>
  )
}
