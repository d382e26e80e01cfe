/**
 * torch's CPU generator, for the peers' stochastic golden numbers and nothing else: MT19937 (Matsumoto & Nishimura 1998), then torch's
 * normal fill in blocks of sixteen. Check: seed 0 begins -1.1258 -1.1524 -0.2506 -0.4339 0.8487 0.6920 -0.3160 -2.1152.
 */

const size = 624
const shift = 397

function seeded(seed: number): Uint32Array {
  const state = new Uint32Array(size)
  state[0] = seed
  for (let i = 1; i < size; i++) {
    const before = state[i - 1]!
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i
  }
  return state
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < size; i++) {
    const mixed = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff)
    state[i] = state[(i + shift) % size]! ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0)
  }
}

/** 32-bit words of the Mersenne Twister. */
export function mersenneTwister(seed: number): () => number {
  const state = seeded(seed)
  let next = size
  return () => {
    if (next === size) {
      twist(state)
      next = 0
    }
    let word = state[next++]!
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c5680
    word ^= (word << 15) & 0xefc60000
    return (word ^ (word >>> 18)) >>> 0
  }
}

/** `torch.manual_seed(seed)`; each call is one `torch.randn` of that many float32 values (at least 16). */
export function torchRandn(seed: number): (length: number) => Float32Array {
  const word = mersenneTwister(seed)
  const uniform = (): number => (word() & 0xffffff) / 2 ** 24
  const fill = (out: Float32Array, from: number): void => {
    for (let j = from; j < from + 8; j++) {
      const r = Math.sqrt(-2 * Math.log(1 - out[j]!))
      const angle = 2 * Math.PI * out[j + 8]!
      out[j] = r * Math.cos(angle)
      out[j + 8] = r * Math.sin(angle)
    }
  }
  return (length) => {
    if (length < 16) throw new RangeError('Under 16 values torch draws in another way, which is not rebuilt here.')
    const out = Float32Array.from({ length }, uniform)
    for (let from = 0; from + 16 <= length; from += 16) fill(out, from)
    if (length % 16 !== 0) {
      for (let i = length - 16; i < length; i++) out[i] = uniform()
      fill(out, length - 16)
    }
    return out
  }
}
