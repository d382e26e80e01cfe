import fc from 'fast-check'

// The same cases at every run, so that a change is judged by what it changed; the soak draws new ones.
if (process.env['SOAK'] === undefined) fc.configureGlobal({ seed: 20261122 })
