import { useEffect, useState } from 'react'
import { usePreference } from '../state/preferences.ts'
import { shownTheme, type Shown } from '../theme/theme.ts'

const queries = {
  light: '(prefers-color-scheme: light)',
  /** Forced colours are the system's own high contrast: then what they leave alone, pictures and canvas, is drawn for that. */
  contrast: '(prefers-contrast: more), (forced-colors: active)',
}
const system = () => ({ light: matchMedia(queries.light).matches, contrast: matchMedia(queries.contrast).matches })

/** The theme on the screen now; it stands on <html data-theme>, where tokens.css finds it. */
export function useTheme(): Shown {
  const theme = usePreference('theme')
  const [asks, setAsks] = useState(system)
  useEffect(() => {
    const lists = Object.values(queries).map((query) => matchMedia(query))
    const changed = () => setAsks(system())
    for (const list of lists) list.addEventListener('change', changed)
    return () => lists.forEach((list) => list.removeEventListener('change', changed))
  }, [])
  const shown = shownTheme(theme, asks)
  useEffect(() => {
    document.documentElement.dataset['theme'] = shown
  }, [shown])
  return shown
}
