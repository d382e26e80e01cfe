/** Short enough to be read out and typed again; a run of n pictures uses seed to seed + n - 1. */
export const drawSeed = (): number => Math.floor(Math.random() * 1_000_000)
