import { createTheme, type CSSVariablesResolver } from '@mantine/core'
import type { Theme } from '../state/preferences.ts'

/** Mantine draws with our tokens: its variables point at ours, so that a theme is one set of colours. */
export const mantineTheme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
  defaultRadius: 6,
  cursorType: 'default',
  respectReducedMotion: true,
  focusRing: 'auto',
})

const ours = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-contrast': 'var(--accent-text)',
  '--mantine-color-anchor': 'var(--accent-ink)',
}
export const cssVariables: CSSVariablesResolver = () => ({ variables: ours, light: ours, dark: ours })

export type Shown = 'dark' | 'light' | 'contrast'

/** What "system" and "usual" mean here and now. Pure. */
export function shownTheme(theme: Theme, system: { readonly light: boolean; readonly contrast: boolean }): Shown {
  if (theme !== 'system' && theme !== 'usual') return theme
  if (system.contrast) return 'contrast'
  return theme === 'system' && system.light ? 'light' : 'dark'
}
