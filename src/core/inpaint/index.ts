import { refusesOneLevel } from '../samplers/annealed.ts'
import type { InpainterEntry } from '../types.ts'
import { annealedInpaint, annealedInpaintSettings, annealedInpaintWalk } from './annealed.ts'
import { ddnm } from './ddnm.ts'
import { delayedDing } from './ding.ts'
import { jumpSettings, repaintWalk } from './jumps.ts'
import { pasteSettings } from './known.ts'
import { langevinInpaint, langevinInpaintSettings, langevinInpaintWalk } from './langevin.ts'
import { repaint } from './repaint.ts'
import { replace } from './replace.ts'
import { smc, smcSettings } from './smc.ts'
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
    walk: ({ steps }) => straightWalk(steps),
    run: ddnm,
  },
  'delayed-ding': {
    name: 'delayed-ding',
    label: 'Delayed DInG',
    plain: 'Projected, fresh noise',
    paper: 'Moufad et al. 2025, arXiv:2512.18365',
    help: 'The same idea, with fresh noise for the fill alone. One call a level.',
    controls: [],
    walk: ({ steps }) => straightWalk(steps),
    run: delayedDing,
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
    walk: annealedInpaintWalk,
    run: annealedInpaint,
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
    walk: ({ steps }) => straightWalk(steps),
    run: smc,
  },
}
