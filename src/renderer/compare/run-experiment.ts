import type { Job } from '../../shared/api.ts'
import { words } from '../i18n/index.ts'
import { call, resourceUrl, upload } from '../state/client.ts'
import { drawingModels } from '../state/generate.ts'
import { isOver } from '../state/jobs.ts'
import { modelTraits } from '../state/methods.ts'
import { preferencesStore } from '../state/preferences.ts'
import { appStore, notify } from '../state/store.ts'
import { eightPictures, type Experiment, type Known } from './experiments.ts'
import { choosePhoto } from './photos.ts'
import { compareStore, startWith } from './session.ts'

/** Carries an experiment out: what it needs first, then the comparison. */

export function knownNow(more: Partial<Known> = {}): Known {
  const { draft } = compareStore.getState()
  const models = drawingModels(appStore.getState().models).map(({ id, card }) => {
    const { noise, levels, channels } = modelTraits(card)
    return { id, noise, levels, channels, anySize: !('width' in card.image.size) }
  })
  return { models, seed: draft.generate.seed, device: preferencesStore.getState().device, photos: [], photo: draft.photo, ...more }
}

export async function runExperiment(experiment: Experiment): Promise<void> {
  if (experiment.needs === 'eight') return fillEight(experiment)
  if (experiment.needs === 'photo') {
    const photo = await photoAtHand()
    if (photo === null) return choosePhoto((chosen) => void begin(experiment, { photo: chosen }))
    return begin(experiment, { photo })
  }
  return begin(experiment)
}

function lacking({ id }: Experiment): string {
  const { empty, experiments } = words().compare
  return empty.needsModel(experiments[id][0])
}

async function begin(experiment: Experiment, more: Partial<Known> = {}): Promise<void> {
  const request = experiment.request(knownNow(more))
  if (request === undefined) return notify(lacking(experiment), 'bad')
  return startWith(request)
}

/** The photograph in the controls, or the one looked at last; null: none is open. */
async function photoAtHand(): Promise<string | null> {
  const photos = await call('photos', {})
  const { photo } = compareStore.getState().draft
  return photos.find(({ id }) => id === photo)?.id ?? photos[0]?.id ?? null
}

/** Draws eight pictures, opens them as photographs and compares their fills. */
async function fillEight(experiment: Experiment): Promise<void> {
  const known = knownNow()
  const model = known.models.find(({ noise }) => noise === 'vp')
  if (model === undefined) return notify(lacking(experiment), 'bad')
  const { job } = await call('generate', eightPictures(model.id, known))
  notify(words().compare.empty.eightFirst)
  const drawn = await over(job)
  // Who cancels the pictures does not want their halves either.
  if (drawn?.status !== 'done') return undefined
  const photos: string[] = []
  for (const [i, { url, seed: own }] of drawn.images.entries()) {
    if (url === null) continue
    const reply = await fetch(resourceUrl(url))
    photos.push(await upload(new File([await reply.blob()], `${model.id} seed ${own}.png`, { type: 'image/png', lastModified: i })))
  }
  if (photos.length > 0) await begin(experiment, { photos })
}

/** Resolves when the job has ended, however; to undefined when it was taken off the list before that. */
export function over(id: string): Promise<Job | undefined> {
  return new Promise((resolve) => {
    // The word of the new job may come after the answer that names it.
    let known = false
    let stop = (): void => undefined
    const look = () => {
      const job = appStore.getState().jobs[id]
      const gone = known && job === undefined
      known ||= job !== undefined
      if (!gone && (job === undefined || !isOver(job))) return
      stop()
      resolve(job)
    }
    stop = appStore.subscribe(look)
    look()
  })
}
