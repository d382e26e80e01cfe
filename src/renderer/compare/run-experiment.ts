import type { Job } from '../../shared/api.ts'
import { words } from '../i18n/index.ts'
import { call, resourceUrl, upload } from '../state/client.ts'
import { drawingModels } from '../state/generate.ts'
import { isOver } from '../state/jobs.ts'
import { modelTraits } from '../state/methods.ts'
import { appStore, notify } from '../state/store.ts'
import { eightPictures, type Experiment, type Known } from './experiments.ts'
import { choosePhoto } from './photos.ts'
import { compareStore, startWith } from './session.ts'

/** Carries an experiment out: what it needs first, then the comparison. */

export function knownNow(more: Partial<Known> = {}): Known {
  const { draft } = compareStore.getState()
  const models = drawingModels(appStore.getState().models).map(({ id, card }) => {
    const { noise, levels, channels } = modelTraits(card)
    return { id, noise, levels, channels }
  })
  return { models, seed: draft.generate.seed, photos: [], photo: draft.photo, ...more }
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
  const { models, seed } = knownNow()
  const model = models.find(({ noise }) => noise === 'vp')
  if (model === undefined) return notify(lacking(experiment), 'bad')
  const { job } = await call('generate', eightPictures(model.id, seed))
  notify(words().compare.empty.eightFirst)
  const drawn = await over(job)
  // Who cancels the pictures does not want their halves either.
  if (drawn.status !== 'done') return undefined
  const photos: string[] = []
  for (const [i, { url, seed: own }] of drawn.images.entries()) {
    if (url === null) continue
    const reply = await fetch(resourceUrl(url))
    photos.push(await upload(new File([await reply.blob()], `${model.id} seed ${own}.png`, { type: 'image/png', lastModified: i })))
  }
  if (photos.length > 0) await begin(experiment, { photos })
}

/** Resolves when the job has ended, however. */
function over(id: string): Promise<Job> {
  return new Promise((resolve) => {
    const look = (): boolean => {
      const job = appStore.getState().jobs[id]
      if (job === undefined || !isOver(job)) return false
      resolve(job)
      return true
    }
    if (look()) return
    const stop = appStore.subscribe(() => {
      if (look()) stop()
    })
  })
}
