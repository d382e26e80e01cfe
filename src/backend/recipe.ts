import type { Loaded, RunResult } from '../shared/engine.ts'
import type { RecipeBase } from '../shared/recipe.ts'

/** What the backend knows that every recipe of a run has in common. */

export function omit<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !(keys as readonly string[]).includes(key))) as Omit<T, K>
}

export interface Maker {
  readonly app: string
  readonly model: string
  readonly loaded: Loaded
}

type Common = Pick<
  RecipeBase,
  'format' | 'app' | 'model' | 'device' | 'provider' | 'onnxruntime' | 'noise' | 'sigmas' | 'timesteps'
>

export function commonRecipe({ app, model, loaded }: Maker, result: Pick<RunResult, 'sigmas' | 'timesteps'>): Common {
  return {
    format: 1,
    app,
    model: { id: model, file: loaded.file, sha256: loaded.sha256 },
    device: loaded.device,
    provider: loaded.provider,
    onnxruntime: loaded.onnxruntime,
    noise: 1,
    sigmas: [...result.sigmas],
    ...(result.timesteps === undefined ? {} : { timesteps: [...result.timesteps] }),
  }
}

/** Of runs one after another: sampling alone, without the start of the engine and the writing of files. */
export function sumTimes(times: readonly RunResult['milliseconds'][]): RunResult['milliseconds'] {
  const sum = (key: keyof RunResult['milliseconds']) => times.reduce((all, one) => all + one[key], 0)
  return { total: sum('total'), model: sum('model'), elsewhere: sum('elsewhere') }
}
