import { choiceSetting, switchSetting } from '../settings.ts'
import type { Plan, Setting, Sigma } from '../types.ts'

/** How a multistep solver ends: two settings that DPM-Solver++ 2M and UniPC share. */

export const endingSettings: readonly Setting[] = [
  {
    kind: 'choice',
    name: 'finalSigma',
    label: 'Ends at',
    advanced: true,
    help: 'Where the last step goes: to the clean picture, or only to the lowest level the model was trained at.',
    choices: [
      { value: 'zero', label: 'Clean', help: 'No noise is left; the last step takes the clean estimate as it is.' },
      {
        value: 'min',
        label: 'Lowest level',
        help: 'The last trace of noise stays in the picture, as some published runs have it.',
      },
    ],
    default: 'zero',
  },
  {
    kind: 'switch',
    name: 'lowerOrderFinal',
    label: 'Careful last step',
    advanced: true,
    help: 'The last step does not trust the memory. Steadier with few steps; DPM-Solver++ 2M heeds it under 15 steps. A step to the clean picture is always so.',
    default: true,
  },
]

export interface Ending {
  readonly levels: readonly Sigma[]
  readonly lowerOrderFinal: boolean
}

/**
 * The levels a run really takes. With finalSigma "min" the closing 0 gives way to the model's lowest level; a list that visits this level
 * already stays there in its last step. Refuses "min" where the lowest level is not known.
 */
export function endingOf({ levels, lowest, settings }: Plan): Ending {
  const lowerOrderFinal = switchSetting(endingSettings, settings, 'lowerOrderFinal')
  if (choiceSetting(endingSettings, settings, 'finalSigma') === 'zero' || levels.at(-1) !== 0) return { levels, lowerOrderFinal }
  if (lowest === undefined) throw new RangeError('To end at the lowest level, the run must know which it is.')
  return { levels: [...levels.slice(0, -1), Math.min(lowest, levels.at(-2) ?? lowest)], lowerOrderFinal }
}
