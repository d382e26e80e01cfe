import { checkAnnealed, refusesOneLevel } from '../samplers/annealed.ts'
import { checkPredictorCorrector, predictorCorrectorSettings } from '../samplers/predictor-corrector.ts'
import type { InpainterEntry } from '../types.ts'
import { annealedInpaint, annealedInpaintSettings, annealedInpaintWalk } from './annealed.ts'
import { ddnm, ddnmColour } from './ddnm.ts'
import { delayedDing, ding, dingCalls, dingSettings } from './ding.ts'
import { jumpSettings, repaintWalk } from './jumps.ts'
import { pasteSettings } from './known.ts'
import { langevinInpaint, langevinInpaintSettings, langevinInpaintWalk } from './langevin.ts'
import { predictorCorrectorInpaint, predictorCorrectorWalk } from './predictor-corrector.ts'
import { repaint } from './repaint.ts'
import { diffusersWalk, repaintDiffusers } from './repaint-diffusers.ts'
import { replace } from './replace.ts'
import { smc, smcSettings } from './smc.ts'
import { snore, snoreSettings } from './snore.ts'
import { straightWalk } from './walk.ts'

/** Every inpainting method by its name in requests and recipes. */
export const inpainters: Readonly<Record<string, InpainterEntry>> = {
  repaint: {
    name: 'repaint',
    label: 'RePaint',
    plain: 'Back and forth',
    paper: 'Lugmayr et al. 2022, arXiv:2201.09865',
    help: 'Goes back and forth over the levels until fill and photo agree. Slow; more resamples, better seams.',
    controls: ['variance', 'jumpLength', 'resamples'],
    settings: [...jumpSettings, ...pasteSettings],
    walk: repaintWalk,
    run: repaint,
  },
  'repaint-diffusers': {
    name: 'repaint-diffusers',
    label: 'RePaint, as in diffusers',
    plain: 'Back and forth, as diffusers does it',
    paper: 'Lugmayr et al. 2022, arXiv:2201.09865',
    help: 'For fills that shall match those of the diffusers library, its slips included. RePaint itself is better.',
    controls: ['eta', 'jumpLength', 'resamples'],
    spacing: 'leading',
    refuses: ({ name, noise }) =>
      noise === 've' ? `The model "${name}" has no betas, which RePaint as in diffusers walks by: choose repaint.` : undefined,
    onlyFromNoise: 'RePaint as in diffusers begins at noise, as that library does: choose repaint to begin at a picture.',
    walk: diffusersWalk,
    run: repaintDiffusers,
  },
  replace: {
    name: 'replace',
    label: 'Replacement',
    plain: 'One pass',
    paper: 'Song et al. 2021, arXiv:2011.13456',
    help: 'One pass that keeps writing the photo back. Fast; fills may not join.',
    controls: ['variance'],
    settings: pasteSettings,
    walk: ({ steps }) => straightWalk(steps),
    run: replace,
  },
  ddnm: {
    name: 'ddnm',
    label: 'DDNM',
    plain: 'Projected estimate',
    paper: 'Wang, Yu & Zhang 2023, arXiv:2212.00490',
    help: 'Writes the photo into every clean estimate. One call a level, and fills that join; eta adds fresh noise.',
    controls: ['eta'],
    threshold: 'none',
    walk: ({ steps }) => straightWalk(steps),
    run: ddnm,
  },
  'ddnm-colour': {
    name: 'ddnm-colour',
    label: 'DDNM, new colours',
    plain: 'Colourise',
    paper: 'Wang, Yu & Zhang 2023, arXiv:2212.00490',
    help: 'Keeps the light and dark of what is painted over and gives it new colours. One call a level; eta adds fresh noise.',
    controls: ['eta'],
    threshold: 'none',
    refuses: ({ name, channels }) =>
      channels === 1 ? `The model "${name}" knows only grey and has no colours to give: choose one of three channels.` : undefined,
    keepsGrey: true,
    walk: ({ steps }) => straightWalk(steps),
    run: ddnmColour,
  },
  snore: {
    name: 'snore',
    label: 'SNORE',
    plain: 'Average of estimates',
    paper: 'Renaud et al. 2024, arXiv:2402.01779',
    help: 'Averages clean estimates, each from new noise. One call a level; calm fills for scratches, wires and text, little texture in large holes.',
    controls: [],
    settings: snoreSettings,
    threshold: 'none',
    walk: ({ steps }) => straightWalk(steps),
    run: snore,
  },
  'delayed-ding': {
    name: 'delayed-ding',
    label: 'Delayed DInG',
    plain: 'Projected, fresh noise',
    paper: 'Moufad et al. 2025, arXiv:2512.18365',
    help: 'The same idea, with fresh noise for the fill alone. One call a level.',
    controls: [],
    settings: dingSettings,
    threshold: 'none',
    walk: ({ steps }) => straightWalk(steps),
    run: delayedDing,
  },
  ding: {
    name: 'ding',
    label: 'DInG',
    plain: 'Projected, looks ahead',
    paper: 'Moufad et al. 2025, arXiv:2512.18365',
    help: 'Asks the model a second time at every level before the photo is written in. Two calls a level.',
    controls: [],
    settings: dingSettings,
    threshold: 'none',
    walk: ({ steps }) => straightWalk(steps),
    calls: dingCalls,
    run: ding,
  },
  langevin: {
    name: 'langevin',
    label: 'Langevin inner steps',
    plain: 'Settle at every level',
    group: 'score',
    paper: 'Zheng, Lan & Wang 2025, arXiv:2502.03491',
    help: 'Lets fill and photo settle together at every noise level before it goes on. More steps at each level, better seams.',
    controls: ['eta'],
    settings: langevinInpaintSettings,
    threshold: 'none',
    walk: langevinInpaintWalk,
    run: langevinInpaint,
  },
  'annealed-langevin': {
    name: 'annealed-langevin',
    label: 'Annealed Langevin',
    plain: 'Many small moves',
    group: 'score',
    paper: 'Song & Ermon 2019, arXiv:1907.05600',
    help: 'Moves the fill along the score in many small steps beside the noised photo. For NCSN models; slow with others.',
    controls: [],
    settings: annealedInpaintSettings,
    threshold: 'none',
    refuses: refusesOneLevel,
    check: checkAnnealed,
    walk: annealedInpaintWalk,
    run: annealedInpaint,
  },
  'predictor-corrector': {
    name: 'predictor-corrector',
    label: 'Predictor-corrector',
    plain: 'Step and correct',
    group: 'score',
    paper: 'Song et al. 2021, arXiv:2011.13456',
    help: 'Corrects the picture at every noise level before it steps down, beside the freshly noised photo. More corrections, better seams.',
    controls: [],
    settings: predictorCorrectorSettings,
    threshold: 'none',
    check: checkPredictorCorrector,
    walk: predictorCorrectorWalk,
    run: predictorCorrectorInpaint,
  },
  smc: {
    name: 'smc',
    label: 'MCGdiff particles',
    plain: 'Best of the batch',
    paper: 'Cardoso et al. 2023, arXiv:2308.07983',
    help: 'The pictures of a batch compete: those that fit the photo badly become copies of those that fit. The larger the batch, the truer; one picture alone gains nothing.',
    controls: [],
    settings: smcSettings,
    threshold: 'none',
    together: true,
    onlyFromNoise: 'MCGdiff weighs particles that were drawn from noise: choose another method to begin at a picture.',
    walk: ({ steps }) => straightWalk(steps),
    run: smc,
  },
}
