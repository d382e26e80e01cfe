import type { SamplerEntry, Settings } from '../types.ts'
import { ddim, ddimSettings, ddpm } from './ancestral.ts'
import { annealedLangevin, annealedSettings, annealedTransitions, checkAnnealed, isAtHome, refusesOneLevel } from './annealed.ts'
import { dpmpp2m, dpmpp2mSettings, dpmppSde } from './dpmpp.ts'
import { endingSettings } from './ending.ts'
import { euler, eulerAncestral } from './euler.ts'
import { checkChurn, edm, edmSettings, heun, heunCalls } from './heun.ts'
import { checkLangevin, langevin, langevinSettings, langevinTransitions } from './langevin.ts'
import { pfOde, pfOdeCalls, pfOdeSettings, pfOdeTransitions, refusesCoarseLevels } from './pf-ode.ts'
import {
  checkPredictorCorrector,
  predictorCorrector,
  predictorCorrectorSettings,
  predictorCorrectorTransitions,
} from './predictor-corrector.ts'
import { reverseDiffusionSampler, reverseSde, reverseSdeSettings } from './reverse-sde.ts'
import { unipc } from './unipc.ts'

/** Every sampler by its name in requests and recipes. */
export const samplers: Readonly<Record<string, SamplerEntry>> = {
  ddpm: {
    name: 'ddpm',
    label: 'DDPM',
    group: 'ancestral',
    paper: 'Ho, Jain & Abbeel 2020, arXiv:2006.11239',
    help: 'Fresh noise at every step. Best with many steps; the variance sets how much noise.',
    controls: ['variance'],
    run: ddpm,
  },
  ddim: {
    name: 'ddim',
    label: 'DDIM',
    group: 'ancestral',
    paper: 'Song, Meng & Ermon 2021, arXiv:2010.02502',
    help: 'Good with few steps. Eta 0 follows the start noise alone, eta 1 is DDPM.',
    controls: ['eta'],
    settings: ddimSettings,
    run: ddim,
  },
  euler: {
    name: 'euler',
    label: 'Euler',
    group: 'solver',
    paper: 'Karras et al. 2022, arXiv:2206.00364',
    help: 'Straight steps along the flow, no fresh noise: DDIM with eta 0 under its other name.',
    controls: [],
    run: euler,
  },
  'euler-ancestral': {
    name: 'euler-ancestral',
    label: 'Euler ancestral',
    group: 'ancestral',
    paper: 'Song et al. 2021, arXiv:2011.13456',
    help: 'Steps past each level and adds fresh noise back: DDIM with eta 1 under its other name.',
    controls: [],
    run: eulerAncestral,
  },
  heun: {
    name: 'heun',
    label: 'Heun',
    group: 'solver',
    paper: 'Karras et al. 2022, arXiv:2206.00364',
    help: 'Looks ahead and corrects every step. Twice the model calls, and exact with far fewer steps.',
    controls: [],
    threshold: 'none',
    calls: heunCalls,
    run: heun,
  },
  edm: {
    name: 'edm',
    label: 'EDM with churn',
    plain: 'Stirred solver',
    group: 'ancestral',
    paper: 'Karras et al. 2022, arXiv:2206.00364',
    help: 'Heun with fresh noise stirred in at every step, which wipes out small errors on the way. Twice the model calls; best from about 30 steps.',
    controls: [],
    settings: edmSettings,
    calls: heunCalls,
    check: checkChurn,
    run: edm,
  },
  'dpmpp-2m': {
    name: 'dpmpp-2m',
    label: 'DPM-Solver++ 2M',
    group: 'solver',
    paper: 'Lu et al. 2022, arXiv:2211.01095',
    help: 'Remembers its last estimate. The same pictures as DDIM with far fewer steps.',
    controls: [],
    settings: dpmpp2mSettings,
    threshold: 'none',
    run: dpmpp2m,
  },
  'dpmpp-sde': {
    name: 'dpmpp-sde',
    label: 'DPM-Solver++ SDE',
    group: 'ancestral',
    paper: 'Lu et al. 2022, arXiv:2211.01095',
    help: 'The same with fresh noise at every step: DDPM with a memory, good with fewer steps.',
    controls: [],
    threshold: 'none',
    run: dpmppSde,
  },
  unipc: {
    name: 'unipc',
    label: 'UniPC',
    group: 'solver',
    paper: 'Zhao et al. 2023, arXiv:2302.04867',
    help: 'Corrects each step with the next call. At home with ten to twenty steps.',
    controls: [],
    settings: endingSettings,
    threshold: 'none',
    run: unipc,
  },
  'pf-ode': {
    name: 'pf-ode',
    // It finds its own steps: of the list only the first level counts, and trailing begins at the top.
    spacing: 'trailing',
    label: 'Adaptive flow',
    plain: 'Chooses its own steps',
    group: 'solver',
    paper: 'Song et al. 2021, arXiv:2011.13456',
    help: 'Follows the flow as closely as you ask and chooses its own steps, for each picture by itself. The measure for all other solvers: they should come to the same picture.',
    controls: [],
    settings: pfOdeSettings,
    threshold: 'none',
    transitions: pfOdeTransitions,
    calls: pfOdeCalls,
    adaptive: true,
    refuses: refusesCoarseLevels,
    run: pfOde,
  },
  'reverse-sde': {
    name: 'reverse-sde',
    label: 'Reverse SDE',
    plain: 'Back along the noise process',
    group: 'ancestral',
    paper: 'Song et al. 2021, arXiv:2011.13456',
    help: 'Walks the noise process backwards in plain small steps (Euler-Maruyama), with fresh noise at each. Wants a hundred steps and more.',
    controls: [],
    settings: reverseSdeSettings,
    run: reverseSde,
  },
  'reverse-diffusion': {
    name: 'reverse-diffusion',
    label: 'Reverse diffusion',
    plain: 'Each noise step, backwards',
    group: 'ancestral',
    paper: 'Song et al. 2021, arXiv:2011.13456',
    help: "Undoes the model's own noise steps one by one, with fresh noise at each. Wants a hundred steps and more.",
    controls: [],
    settings: reverseSdeSettings,
    run: reverseDiffusionSampler,
  },
  'predictor-corrector': {
    name: 'predictor-corrector',
    label: 'Predictor-corrector',
    plain: 'Step, and put right',
    group: 'score',
    paper: 'Song et al. 2021, arXiv:2011.13456',
    help: 'At every level first corrections along the score, which can heal what went wrong on the way, then the step to the next. Each correction costs a model call.',
    controls: [],
    settings: predictorCorrectorSettings,
    transitions: predictorCorrectorTransitions,
    check: checkPredictorCorrector,
    run: predictorCorrector,
  },
  'annealed-langevin': {
    name: 'annealed-langevin',
    label: 'Annealed Langevin',
    plain: 'Many small moves, level by level',
    group: 'score',
    paper: 'Song & Ermon 2019, arXiv:1907.05600',
    help: 'NCSN: many small moves along the score at every noise level. At home with NCSN models; others have far higher levels, want as many steps at each, and are not scaled to it.',
    controls: [],
    settings: annealedSettings,
    threshold: 'none',
    transitions: annealedTransitions,
    refuses: refusesOneLevel,
    suits: isAtHome,
    check: checkAnnealed,
    run: annealedLangevin,
  },
  langevin: {
    name: 'langevin',
    label: 'Langevin',
    plain: 'Many small moves at one level',
    group: 'score',
    paper: 'Song & Ermon 2019, arXiv:1907.05600',
    help: 'Small moves along the score at one noise level, from the start noise as it is. Shows why levels are needed: it seldom leaves the first shape it finds.',
    controls: [],
    settings: langevinSettings,
    threshold: 'none',
    transitions: langevinTransitions,
    check: checkLangevin,
    run: langevin,
  },
}

/** Transitions of a run over this many levels above 0. */
export function samplerTransitions(entry: SamplerEntry, steps: number, settings: Settings = {}): number {
  return entry.transitions?.(steps, settings) ?? steps
}

/** Model calls of that run. */
export function samplerCalls(entry: SamplerEntry, steps: number, settings: Settings = {}): number {
  return entry.calls?.(steps, settings) ?? samplerTransitions(entry, steps, settings)
}
