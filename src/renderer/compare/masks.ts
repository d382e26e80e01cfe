import { presetNames } from '../../core/index.ts'

/** Masks by name. Those of random strokes need a seed of their own and are left to the command line. */
export const maskPresetNames: readonly string[] = presetNames.filter((name) => !name.endsWith('strokes'))
