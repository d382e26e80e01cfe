import type { InpainterEntry } from '../types.ts'
import { ddnm } from './ddnm.ts'
import { delayedDing } from './ding.ts'
import { jumpSettings, repaintWalk } from './jumps.ts'
import { pasteSettings } from './known.ts'
import { repaint } from './repaint.ts'
import { replace } from './replace.ts'
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
}
