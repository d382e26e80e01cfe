import { join } from 'node:path'
import type { Backend } from '../../backend/types.ts'
import type { RunReport } from '../../shared/recipe.ts'
import { withTemporaryFolder } from '../context.ts'

/** The same request twice, and one picture of a batch on its own: equal decoded pixels or not, on the CPU. */
export interface Repeats {
  readonly twice: boolean
  readonly sameRecipe: boolean
  readonly aloneAsInBatch: boolean
}

const seed = 1234
const count = 4

export async function measureRepeats(backend: Pick<Backend, 'runGenerate'>, model: string): Promise<Repeats> {
  return withTemporaryFolder(async (folder) => {
    // Eta 1: fresh noise at every step must repeat too.
    const run = (name: string, more: object): Promise<RunReport> =>
      backend.runGenerate(
        { model, device: 'cpu', steps: 10, eta: 1, seed, count, batch: count, ...more },
        { out: join(folder, name), tensors: false },
      )
    const [first, second] = [await run('first', {}), await run('second', {})]
    const alone = await run('alone', { seed: seed + 2, count: 1 })
    return {
      twice: first.images.length === count && first.images.every((image, k) => image.pixels === second.images[k]?.pixels),
      sameRecipe:
        JSON.stringify(first.recipe) === JSON.stringify(second.recipe) &&
        first.images.every((image, k) => image.sha256 === second.images[k]?.sha256),
      aloneAsInBatch: alone.images[0] !== undefined && alone.images[0].pixels === first.images[2]?.pixels,
    }
  })
}
