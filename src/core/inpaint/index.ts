import type { InpainterEntry } from '../types.ts'
import { repaint } from './repaint.ts'
import { replace } from './replace.ts'
import { repaintWalk, straightWalk } from './walk.ts'

/** Every inpainting method by its name in requests and recipes. */
export const inpainters: Readonly<Record<string, InpainterEntry>> = {
  repaint: {
    name: 'repaint',
    label: 'RePaint',
    paper: 'Lugmayr et al. 2022, arXiv:2201.09865',
    help: 'Goes back and forth over the levels until fill and photo agree. Slow; more resamples, better seams.',
    controls: ['variance', 'jumpLength', 'resamples'],
    walk: repaintWalk,
    run: repaint,
  },
  replace: {
    name: 'replace',
    label: 'Replacement',
    paper: 'Song et al. 2021, arXiv:2011.13456',
    help: 'One pass that keeps writing the photo back. Fast; fills may not join.',
    controls: ['variance'],
    walk: ({ steps }) => straightWalk(steps),
    run: replace,
  },
}
