import { useStore } from 'zustand'
import { z } from 'zod'
import { createStore } from 'zustand/vanilla'
import { deviceName } from '../../shared/card.ts'

/** What this window remembers of itself between starts. Wrong or old storage is ignored, never an error. */

/** usual: never chosen. Then it is dark, or of high contrast where the system asks for that. */
export const themes = ['usual', 'system', 'dark', 'light', 'contrast'] as const
export type Theme = (typeof themes)[number]
export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]
/** A screen is named here, drawn in frame/screens.tsx and called something in i18n. */
export const screens = ['generate', 'inpaint', 'compare', 'gallery', 'settings'] as const
export type ScreenName = (typeof screens)[number]

const preferences = z.object({
  theme: z.enum(themes).catch('usual').default('usual'),
  language: z.enum(languages).catch('en').default('en'),
  /** Where models run, for every screen at once (settings/device.ts). */
  device: z
    .union([z.literal('auto'), deviceName])
    .catch('auto')
    .default('auto'),
  /** Tell of long jobs that end behind another window. */
  notifications: z.boolean().catch(true).default(true),
  screen: z.enum(screens).catch('generate'),
  /** Least side of a picture in the results, in CSS px; null: as large as all of them fit. */
  cell: z.number().min(48).max(512).nullable().catch(null).default(null),
  /** The same in the gallery, where they do not have to fit. */
  galleryCell: z.number().min(72).max(480).catch(168).default(168),
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
