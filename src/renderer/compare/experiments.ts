import type { CompareAxis, CompareRequest } from '../../shared/compare.ts'
import type { Messages } from '../i18n/index.ts'
import { generateRequest, inpaintSettings, type GenerateRequest } from '../../shared/request.ts'

/** The course's experiments, one click each: a request for the models that are here, or what it lacks. Pure. */

export interface Experiment {
  /** Its title and help stand in the catalogue of words under this name. */
  readonly id: keyof Messages['compare']['experiments']
  /** What is needed first: eight pictures to fill, or a photograph. */
  readonly needs?: 'eight' | 'photo'
  /** Undefined: no model here is made for it. */
  readonly request: (known: Known) => CompareRequest | undefined
}

export interface Known {
  /** Models that can draw, by id, with the kind of their noise. */
  readonly models: readonly {
    readonly id: string
    readonly noise: 'vp' | 've'
    readonly levels: number
    readonly channels: number
    /** Draws pictures of any size, photographs therefore. */
    readonly anySize: boolean
  }[]
  readonly seed: number
  /** Where every screen runs. */
  readonly device: GenerateRequest['device']
  readonly photos: readonly string[]
  readonly photo: string | null
}

const axis = (name: string, ...values: CompareAxis['values']): CompareAxis => ({ name, values })
const draw = (model: string | undefined, { seed, device }: Known, more: object, axes: CompareAxis[]): CompareRequest | undefined =>
  model === undefined
    ? undefined
    : { of: 'generate', settings: generateRequest.parse({ model, count: 1, batch: 16, seed, device, ...more }), axes }

const fill = (
  model: string | undefined,
  { seed, device }: Known,
  more: object,
  photo: string | null | undefined,
  mask: string,
  axes: CompareAxis[],
): CompareRequest | undefined =>
  model === undefined || photo === undefined || photo === null
    ? undefined
    : { of: 'inpaint', settings: inpaintSettings.parse({ model, seed, device, ...more }), photo, mask, axes }

/** The first that steps from noise by betas; the first with a short list of levels, as NCSN's. */
const diffusion = ({ models }: Known) => models.find(({ noise }) => noise === 'vp')?.id
const langevin = ({ models }: Known) => models.filter(({ noise, levels }) => noise === 've' && levels <= 100).map(({ id }) => id)

const annealed = { sampler: 'annealed-langevin', count: 4 }

export const experiments: readonly Experiment[] = [
  {
    id: 'steps-eta',
    request: (known) =>
      draw(diffusion(known), known, { sampler: 'ddim' }, [axis('steps', 5, 10, 20, 50), axis('eta', 0, 0.2, 0.5, 0.75, 1)]),
  },
  {
    id: 'eta',
    request: (known) =>
      draw(diffusion(known), known, { sampler: 'ddim', steps: 10 }, [
        axis('seed', known.seed, known.seed + 1, known.seed + 2, known.seed + 3),
        axis('eta', 0, 0.2, 0.5, 0.75, 1),
      ]),
  },
  {
    id: 'ddpm-ddim',
    request: (known) =>
      draw(diffusion(known), known, { count: 16 }, [axis('sampler', 'ddpm', 'ddim'), axis('steps', 5, 10, 20, 50, 100)]),
  },
  {
    id: 'solvers',
    request: (known) =>
      draw(diffusion(known), known, { spacing: 'trailing' }, [
        axis('sampler', 'ddim', 'heun', 'dpmpp-2m', 'unipc'),
        axis('steps', 5, 10, 20, 50),
      ]),
  },
  {
    id: 'ncsn-sigma',
    request: (known) => {
      const models = langevin(known)
      return models.length < 2
        ? undefined
        : draw(models[0], known, { ...annealed, steps: 10 }, [axis('model', ...models), axis('innerSteps', 50, 100)])
    },
  },
  {
    id: 'ncsn-epsilon',
    request: (known) =>
      draw(langevin(known)[0], known, { ...annealed, steps: 10 }, [axis('stepSize', 1e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4)]),
  },
  {
    id: 'ncsn-steps',
    request: (known) => draw(langevin(known)[0], known, { ...annealed, steps: 10 }, [axis('innerSteps', 50, 100, 150, 200)]),
  },
  {
    id: 'halves',
    needs: 'eight',
    request: (known) => {
      const [first] = known.photos
      const own = { method: 'repaint', steps: 25, jumpLength: 5, resamples: 5, ...plainBlend }
      const axes = [axis('mask', 'top', 'bottom', 'left', 'right'), axis('photo', ...known.photos)]
      return fill(diffusion(known), known, own, first, 'top', axes)
    },
  },
  {
    id: 'triptych',
    needs: 'photo',
    request: (known) => {
      const model = modelFor(known)
      const textures = model?.anySize === true
      const own = { method: 'ddnm', asGrey: model?.channels === 1, ...(textures ? overQuickFill : { steps: 25 }) }
      const methods = textures ? ['ddnm', 'delayed-ding', 'replace'] : ['replace', 'ddnm', 'langevin']
      const axes = [axis('method', ...methods), axis('stage', 'original', 'masked', 'filled')]
      return fill(model?.id, known, own, known.photo, textures ? 'thin-strokes' : 'centre', axes)
    },
  },
  {
    id: 'forward',
    needs: 'photo',
    request: (known) => {
      const model = modelFor(known)
      if (model === undefined || known.photo === null) return undefined
      return {
        of: 'forward',
        settings: generateRequest.parse({ model: model.id, seed: known.seed, device: known.device }),
        photo: known.photo,
        axes: [axis('level', 0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1)],
      }
    },
  },
]

/** A hard edge and no grain: the pictures are the model's own. */
const plainBlend = { blend: { padding: 0, grow: 0, feather: 0, side: 'outward' }, finish: { grain: 0, seam: 'plain' } }

/**
 * What a model of any size fills best with, in 22 calls (docs/models.md, "Which method"), and in thin holes: it knows textures, and what the large
 * middle of a photograph shows it cannot know.
 */
const overQuickFill = { steps: 50, eta: 1, spacing: 'exponential', start: 'quick', strength: 0.2 }

/** For photographs one of any size where there is one, else one in colour: one of a single size knows single subjects. */
const modelFor = ({ models }: Known) => {
  const able = models.filter(({ noise }) => noise === 'vp')
  const coloured = able.filter(({ channels }) => channels === 3)
  return coloured.find(({ anySize }) => anySize) ?? coloured[0] ?? able[0]
}

/** The eight pictures that are to be filled. */
export const eightPictures = (model: string, { seed, device }: Pick<Known, 'seed' | 'device'>) =>
  generateRequest.parse({ model, sampler: 'ddim', steps: 50, seed, device, count: 8, batch: 8 })
