import fc from 'fast-check'

// The same cases at every run, so that a change is judged by what it changed; the soak draws new ones, or those of SEED=n again.
const seed = process.env['SEED'] ?? (process.env['SOAK'] === undefined ? '20261122' : undefined)
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) })
