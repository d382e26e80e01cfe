import { presetNames } from '../../core/index.ts'

/** Masks by name; those of random strokes are the same ones every time. */
export const maskPresetNames: readonly string[] = presetNames
