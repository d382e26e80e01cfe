import { preferencesStore, usePreference, type Language } from '../state/preferences.ts'
import { de } from './de.ts'
import { en, type Messages } from './en.ts'

/**
 * [Note: words] Words are plain data: one object a language, of one type. A component reads them with `useWords`, so that it is drawn anew
 * when the language changes; everything else asks `words()` at the moment it speaks and keeps no answer.
 */
export const catalogues: Readonly<Record<Language, Messages>> = { en, de }

export const words = (): Messages => catalogues[preferencesStore.getState().language]

export const useWords = (): Messages => catalogues[usePreference('language')]

export type { Messages } from './en.ts'
