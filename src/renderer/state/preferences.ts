import { useStore } from 'zustand'
import { z } from 'zod'
import { createStore } from 'zustand/vanilla'

/** What this window remembers of itself between starts. Wrong or old storage is ignored, never an error. */

export const themes = ['system', 'dark', 'light', 'contrast'] as const
export type Theme = (typeof themes)[number]
export const screens = ['generate', 'inpaint'] as const
export type ScreenName = (typeof screens)[number]

const preferences = z.object({
  theme: z.enum(themes).catch('dark'),
  screen: z.enum(screens).catch('generate'),
  /** Least side of a picture in the results, in CSS px; null: as large as all of them fit. */
  cell: z.number().min(48).max(512).nullable().catch(null).default(null),
})
export type Preferences = z.infer<typeof preferences>

/** Anything in, preferences out: each wrong part falls back by itself. */
export function parsePreferences(text: string | null): Preferences {
  return preferences.parse(readObject(text))
}

export function readObject(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

const key = 'palimpsest.preferences'

/** localStorage may be absent (tests) or refused (private windows): then nothing is remembered. */
export const storage = {
  read(name: string): string | null {
    try {
      return globalThis.localStorage.getItem(name)
    } catch {
      return null
    }
  },
  write(name: string, value: unknown): void {
    try {
      globalThis.localStorage.setItem(name, JSON.stringify(value))
    } catch {
      // Not remembered: the next start begins with the defaults.
    }
  },
}

export const preferencesStore = createStore<Preferences>(() => parsePreferences(storage.read(key)))
preferencesStore.subscribe((state) => storage.write(key, state))

export function usePreference<K extends keyof Preferences>(name: K): Preferences[K] {
  return useStore(preferencesStore, (state) => state[name])
}

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
  preferencesStore.setState({ [name]: value } as Pick<Preferences, K>)
}

export function goTo(screen: ScreenName): void {
  setPreference('screen', screen)
}
