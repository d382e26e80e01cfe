import type { CropRecipe } from '../../shared/recipe.ts'
import { words } from '../i18n/index.ts'
import { fixed } from '../state/format.ts'

/** From here on an enlarged fill is plainly softer than any photograph round it. */
export const softFrom = 8

export interface Softness {
  readonly tone: 'plain' | 'warn'
  readonly words: string
}

/** How much the fill of these windows is enlarged, in a sentence, before it is run. Undefined where no pixel of the model is stretched. */
export function softnessOf(
  crops: readonly Pick<CropRecipe, 'width' | 'height' | 'modelWidth' | 'modelHeight'>[],
): Softness | undefined {
  const ratio = Math.max(0, ...crops.map((crop) => Math.max(crop.width / crop.modelWidth, crop.height / crop.modelHeight)))
  if (ratio < 1.05) return undefined
  const figure = fixed(ratio, ratio >= 10 ? 0 : 1)
  const t = words().inpaint.foot
  if (ratio < softFrom) return { tone: 'plain', words: t.enlarged(figure) }
  return { tone: 'warn', words: t.soft(figure) }
}
