// What the mathematics costs without a model: every sampler of core's table on a denoiser that answers at once, against copying the same
// tensors once; and the noise, core's own and the engine's. Bundles src first, so that it measures what is shipped. `npm run bench` runs it; `--json` for machines.
import { join } from 'node:path'
import { root } from '../run/build.mjs'
import { bundled } from './bundled.mjs'

/** @type {typeof import('../../src/core/index.ts')} */
const core = await bundled('src/core/index.ts')
/** @type {typeof import('../../src/engine/noise.ts')} */
const engine = await bundled('src/engine/noise.ts')
/** @type {typeof import('../../src/engine/ahead.ts')} */
const ahead = await bundled('src/engine/ahead.ts')

const edge = 128
const steps = 10
const rounds = 5
const most = 12
const trained = core.trainedLevels({ kind: 'vp', betas: { schedule: 'linear', start: 0.0001, end: 0.02, count: 1000 } })
const { levels } = core.planLevels(trained, 'leading', steps, true)

/** Milliseconds of the processor, not of the clock: a machine that is also busy elsewhere gives the same numbers. */
const spent = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

/**
 * Milliseconds, the median of some rounds after two that warm up.
 * @param {() => Promise<unknown> | void} work
 */
async function timed(work) {
  const times = []
  for (let round = -2; round < rounds; round++) {
    const begun = spent()
    await work()
    if (round >= 0) times.push(spent() - begun)
  }
  return median(times)
}

/** One run of a sampler, its own settings at their defaults, eta 1 where it has one: the most noise. Resolves to the transitions it made, `most` at most. */
async function run(/** @type {import('../../src/core/index.ts').SamplerEntry} */ entry, /** @type {number} */ batch) {
  const shape = { n: batch, c: 3, h: edge, w: edge }
  const seeds = Array.from({ length: batch }, (_, i) => i)
  const noise = engine.createNoise(seeds)
  const x0 = core.allocate(shape)
  const plan = {
    levels,
    eta: entry.controls.includes('eta') ? 1 : 0,
    variance: /** @type {const} */ ('small'),
    settings: core.completeSettings(entry, {}),
    trained,
    lowest: trained.sigmas[0] ?? 0,
  }
  const start = { next: 0, x: core.allocate(shape), memory: [] }
  noise(start.x, 'start', 0)
  let transitions = 0
  let milliseconds = 0
  const samples = entry.run(async () => ({ x0, raw: x0 }), plan, start, noise)
  // Some methods make hundreds of transitions: the first ones tell.
  for (const begun = spent(); transitions < most; transitions++) {
    const { done } = await samples.next()
    if (done === true) break
    milliseconds = spent() - begun
  }
  return { transitions, milliseconds }
}

const rows = []
for (const batch of [1, 16]) {
  const megapixels = (batch * edge * edge) / 1e6
  const [from, to] = [new Float32Array(batch * 3 * edge * edge).fill(1), new Float32Array(batch * 3 * edge * edge)]
  const copies = 50
  const copy = (await timed(() => Array.from({ length: copies }, () => to.set(from)).length && undefined)) / copies / megapixels
  for (const entry of Object.values(core.samplers)) {
    const made = []
    for (let round = -1; round < rounds; round++) made.push(await run(entry, batch))
    const perStep = median(made.slice(1).map(({ transitions, milliseconds }) => milliseconds / transitions / megapixels))
    rows.push({ sampler: entry.name, batch, msPerStepAndMegapixel: perStep, copies: perStep / copy })
  }
  rows.push({ sampler: 'a plain copy', batch, msPerStepAndMegapixel: copy, copies: 1 })
}

const draws = 20
/** Nanoseconds a sample. */
async function noiseCost(/** @type {import('../../src/core/index.ts').Noise} */ noise) {
  const out = core.allocate({ n: 1, c: 3, h: edge, w: edge })
  const fill = () => {
    for (let walk = 0; walk < draws; walk++) noise(out, 'step', walk)
  }
  return ((await timed(fill)) * 1e6) / draws / out.data.length
}
const nsPerSample = { engine: await noiseCost(engine.createNoise([1])), core: await noiseCost(core.createNoise([1])) }

const callMs = 7
/** Milliseconds a step, by the clock, of the thread that runs the sampler; between two steps it waits as for a model call that leaves a core free. */
async function drawCost(/** @type {import('../../src/core/index.ts').Noise} */ noise) {
  const out = core.allocate({ n: 1, c: 3, h: edge, w: edge })
  const times = []
  for (let walk = 0; walk < 150; walk++) {
    await new Promise((resolve) => setTimeout(resolve, callMs))
    const begun = performance.now()
    noise(out, 'step', walk)
    times.push(performance.now() - begun)
  }
  return median(times.slice(50))
}
const drawn = ahead.createNoiseThread(join(root, 'out/main/noise.js')).begin([1], { n: 1, c: 3, h: edge, w: edge })
const msOfStep = {
  ahead: drawn === undefined ? NaN : await drawCost(drawn.noise),
  inPlace: await drawCost(engine.createNoise([1])),
}
drawn?.end()

if (process.argv.includes('--json')) console.log(JSON.stringify({ edge, steps, rows, nsPerSample, callMs, msOfStep }, null, 2))
else {
  console.log(
    `Outside the model, ${edge} x ${edge} x 3, processor milliseconds a step and megapixel (and how many plain copies that is)\n`,
  )
  const names = [...new Set(rows.map((row) => row.sampler))]
  for (const name of names) {
    const cells = rows
      .filter((row) => row.sampler === name)
      .map(
        (row) =>
          `batch ${String(row.batch).padEnd(2)} ${row.msPerStepAndMegapixel.toFixed(2).padStart(8)} (${row.copies.toFixed(0)})`,
      )
    console.log(`${name.padEnd(24)}${cells.join('   ')}`)
  }
  const { engine: ours, core: plain } = nsPerSample
  console.log(`\nnoise                   ${ours.toFixed(1)} ns a sample, one thread (without WebAssembly ${plain.toFixed(1)})`)
  console.log(
    `noise of a step         ${msOfStep.ahead.toFixed(3)} ms drawn ahead during a wait of ${callMs} ms, ${msOfStep.inPlace.toFixed(3)} ms in place (by the clock)`,
  )
}
