/**
 * diffusers keeps its tables in float32: betas by torch.linspace (filled from both ends), alpha bar by a product accumulated in float64 and
 * stored in float32. One of its golden numbers shows the difference; the product itself uses float64.
 */
export function float32AlphaBars(start: number, end: number, count: number): number[] {
  const f = Math.fround
  const step = f((f(end) - f(start)) / (count - 1))
  let bar = 1
  return Array.from({ length: count }, (_, i) => {
    const beta = i < count / 2 ? f(f(start) + f(step * i)) : f(f(end) - f(step * (count - 1 - i)))
    bar *= f(1 - beta)
    return f(bar)
  })
}

/**
 * The peer's posterior step (fixed_small, epsilon, clip) with every coefficient rounded to float32, in the papers' form. At t = 1 it is
 * 1 - A_1/A_0 in float32, off by 5e-4 of itself, that its golden number holds: tables alone do not explain it.
 */
export function float32PosteriorStep(x: Float32Array, t: number, bars: readonly number[], z: Float32Array): Float32Array {
  const f = Math.fround
  const a = bars[t]!
  const p = t > 0 ? bars[t - 1]! : 1
  const kept = f(a / p)
  const beta = f(1 - kept)
  const rest = f(1 - a)
  const restBefore = f(1 - p)
  const onClean = f(f(f(Math.sqrt(p)) * beta) / rest)
  const onNoisy = f(f(f(Math.sqrt(kept)) * restBefore) / rest)
  const std = f(Math.sqrt(f(f(restBefore / rest) * beta)))
  return x.map((value, i) => {
    const eps = f(f(value * t) / (t + 1))
    const clean = f(f(value - f(f(Math.sqrt(rest)) * eps)) / f(Math.sqrt(a)))
    const mean = f(f(onClean * Math.max(-1, Math.min(1, clean))) + f(onNoisy * value))
    return t > 0 ? mean + f(std * z[i]!) : mean
  })
}
