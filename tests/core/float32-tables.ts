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
