import type { z } from 'zod'

/** One row of the table that screens call the backend by (api.ts, [Note: one table]). */
export interface ApiMethod<I, O> {
  readonly input: z.ZodType<I>
  readonly local: boolean
  /** Only for the type. */
  readonly output?: O
}

export const method = <O>() => ({
  takes: <I>(input: z.ZodType<I>): ApiMethod<I, O> => ({ input, local: false }),
  takesLocal: <I>(input: z.ZodType<I>): ApiMethod<I, O> => ({ input, local: true }),
})
