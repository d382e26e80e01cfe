import type { Denoiser, InpaintPlan, Known, Noise, SamplerState, Sigma, Step } from '../types.ts'
import { correct } from './correct.ts'

/**
 * DDNM for a mask, Wang, Yu & Zhang 2023 (arXiv:2212.00490), in the form of its published code: the kept pixels of the clean estimate become the
 * photo's, x0^ = x0 - m (x0 - y), and then x <- x0^ + to (eta z + sqrt(1 - eta^2) e), e = (x - x0)/from of the estimate as it was. Eta 0 takes
 * all chance from the start noise. Refuses an eta outside 0..1.
 */
export async function* ddnm(
  denoise: Denoiser,
  plan: InpaintPlan,
  state: SamplerState,
  noise: Noise,
  known: Known,
): AsyncGenerator<Step> {
  const { eta } = plan
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`Expected a number from 0 to 1 for eta but received ${eta}.`)
  const share = (to: Sigma) => ({ direction: to * Math.sqrt(1 - eta * eta), fresh: to * eta })
  yield* correct(denoise, plan, state, noise, known, (to) => ({ kept: share(to), painted: share(to) }))
}
