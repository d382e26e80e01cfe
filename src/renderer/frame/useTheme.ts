import { useEffect, useState } from 'react'
import { usePreference } from '../state/preferences.ts'
import { shownTheme, type Shown } from '../theme/theme.ts'

const queries = { light: '(prefers-color-scheme: light)', contrast: '(prefers-contrast: more)' }
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
