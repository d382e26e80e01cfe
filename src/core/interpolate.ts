import type { Reals } from './types.ts'

/** Below this sine two directions are one line to float32, and the formula divides by nothing. */
const narrow = 1e-6

/**
 * out <- the point at t of 0..1 from a to b along the sphere: sin((1 - t) w)/sin w a + sin(t w)/sin w b, w the angle between them. Shoemake
 * 1985, as Song, Meng & Ermon 2021 (arXiv:2010.02502), appendix D.5, walk between two noises: a straight line would leave the shell on which
 * noise lives. Parallel, or one of them zero: the straight line, the formula's limit. Opposite: every half circle joins them, so one is chosen
 * by rule, through the direction whose pairs of values are a's, turned by a right angle. The ends are a and b themselves, bit for bit.
 */
export function slerpInto(out: Reals, a: Reals, b: Reals, t: number): void {
  if (a.length !== b.length || a.length !== out.length)
    throw new RangeError(`Noises of ${a.length} and ${b.length} values have no way between them.`)
  if (t === 0) return out.set(a)
  if (t === 1) return out.set(b)
  const normA = norm(a)
  const normB = norm(b)
  const cosine = normA === 0 || normB === 0 ? 1 : Math.min(1, Math.max(-1, dot(a, b) / (normA * normB)))
  const sine = Math.sqrt((1 - cosine) * (1 + cosine))
  if (sine > narrow) {
    const angle = Math.atan2(sine, cosine)
    return mixInto(out, a, b, Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine)
  }
  if (cosine > 0) return mixInto(out, a, b, 1 - t, t)
  const length = (1 - t) * normA + t * normB
  mixInto(out, a, turned(a), (length / normA) * Math.cos(Math.PI * t), (length / normA) * Math.sin(Math.PI * t))
}

/** (a0, a1, a2, ...) -> (-a1, a0, -a3, ...): at right angles to a and as long, but for the last value of an odd count, which turns into the first. */
function turned(a: Reals): Reals {
  const out = a.slice().fill(0)
  const paired = a.length - (a.length % 2)
  for (let i = 0; i < paired; i += 2) {
    out[i] = -a[i + 1]!
    out[i + 1] = a[i]!
  }
  const length = norm(out)
  const wanted = norm(a)
  // All of a lies in the value without a partner.
  if (length === 0) out[0] = wanted
  else for (let i = 0; i < out.length; i++) out[i] = (out[i]! * wanted) / length
  return out
}

function mixInto(out: Reals, a: Reals, b: Reals, ofA: number, ofB: number): void {
  for (let i = 0; i < out.length; i++) out[i] = ofA * a[i]! + ofB * b[i]!
}

function dot(a: Reals, b: Reals): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

const norm = (a: Reals): number => Math.sqrt(dot(a, a))
