import { writeFile } from 'node:fs/promises'
import type { GenerateRecipe, InpaintRecipe, RunReport } from '../shared/recipe.ts'
import { type GenerateRequest, type InpaintSettings, noFinish, plainBeginning, type Resolved } from '../shared/request.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { Trace, TraceRun } from '../shared/trace.ts'
import { generatePictures } from './generate.ts'
import type { House } from './house.ts'
import { inpaintPhoto } from './inpaint.ts'
import { asDrawer, type Checked, type Drawer } from './request.ts'
import type { RunContext } from './run.ts'
import { intoFolder, refuseMissing, withPhoto } from './runs.ts'
import { openStates, readTrace, type States } from './states.ts'
import type { ResumeArgs, RunOptions } from './types.ts'

/** `palimpsest resume`: a run taken up again at one of its recorded states, with its own settings, to the identical end. */

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

type Recorded<T> = Omit<T, 'seed' | 'index'>

export async function runResume(house: House, { trace: path, step, photo }: ResumeArgs, options: RunOptions): Promise<RunReport> {
  const trace = await readTrace(path)
  const { recipe } = trace
  const states = await openStates(path, trace)
  checkRecorded(trace, step)
  const model = asDrawer(await house.models.find(recipe.model.id))
  checkModel(model, trace)
  const resume = resumeOf(trace, states, step)
  if (recipe.kind === 'generate') {
    if (photo !== undefined) throw refuse('This trace is of pictures made from noise: it takes no --photo.')
    return intoFolder(house, options, (run) => generateAgain(model, trace, recipe, { ...run, resume }))
  }
  if (photo === undefined) throw refuse('This trace is of a fill, and holds no photograph: give it with --photo FILE.')
  await refuseMissing(photo, 'photograph')
  const mask = await states.mask()
  if (mask === undefined) throw refuse('This trace is of a fill, but its mask was not recorded.')
  return intoFolder(house, options, (run) =>
    withPhoto(house, photo, async ({ folder, info, path: place }) => {
      if (info.sha256 !== recipe.source.sha256)
        throw refuse('This is not the photograph that was filled: its sha256 is not the one of the trace.')
      await writeFile(place, mask)
      const source = { folder, info, mask: { path: place, sha256: recipe.mask.sha256 } }
      return inpaintPhoto(fillAgain(model, trace, recipe), source, { ...run, resume })
    }),
  )
}

/** Every engine run of the trace must have the state, and none may be wished for beyond the end. */
function checkRecorded({ runs }: Trace, step: number): void {
  if (!Number.isInteger(step) || step < 1) throw refuse(`Expected an integer of at least 1 for step but received ${String(step)}.`)
  const without = runs.filter(isFirst).find((run) => recordOf(run, step)?.state === undefined)
  if (without === undefined) return
  const recorded = without.steps.filter((record) => record.state !== undefined).map((record) => record.index + 1)
  const [first, last] = [recorded[0], recorded.at(-1)]
  throw refuse(
    first === undefined || last === undefined
      ? 'No step of this trace has a state to continue from.'
      : `Step ${String(step)} was not recorded: this trace has the states of steps ${String(first)} to ${String(last)}.`,
  )
}

/** A refinement is no place to continue from: it follows from the fill before it. */
const isFirst = ({ stage }: TraceRun): boolean => stage === undefined

const recordOf = ({ steps }: TraceRun, step: number) => steps.find((record) => record.index === step - 1)

function checkModel(model: Drawer, { recipe }: Trace): void {
  const { id, file, sha256 } = recipe.model
  if (model.card.files.some((entry) => entry.file === file && entry.sha256 === sha256)) return
  throw refuse(
    `The trace was made with another file of the model "${id}": its ${file} had the sha256 ${sha256.slice(0, 12)}..., which is not the one installed.`,
  )
}

function resumeOf({ runs }: Trace, states: States, step: number): NonNullable<RunContext['resume']> {
  return async (part) => {
    const run = runs[part]
    const record = run === undefined ? undefined : recordOf(run, step)
    if (record?.state === undefined) throw refuse('The trace is of another run: it has fewer parts than this one.')
    return { state: await states.state(record.state), steps: step, nfe: record.nfe }
  }
}

/** First seed and number of pictures; a window of a fill counts its pictures once. */
function picturesOf({ runs }: Trace): { seed: number; count: number; oneSeed: boolean } {
  const pictures = runs.filter((run) => isFirst(run) && (run.crop ?? 0) === 0).flatMap((run) => run.pictures)
  const seed = pictures[0]?.seed ?? 0
  return { seed, count: pictures.length, oneSeed: pictures.length > 1 && pictures.every((picture) => picture.seed === seed) }
}

async function generateAgain(model: Drawer, trace: Trace, recipe: Recorded<GenerateRecipe>, run: RunContext): Promise<RunReport> {
  const { seed, count, oneSeed } = picturesOf(trace)
  const settings: Resolved<GenerateRequest> = { ...recipe.request, seed, count, batch: recipe.batch, device: recipe.device }
  const checked: Checked<Resolved<GenerateRequest>> = { model, settings, notices: [] }
  const starts = trace.runs.flatMap((part) => part.pictures.map((picture) => picture.start))
  const said = starts.some((start) => start !== undefined)
  return generatePictures(checked, run, {
    oneSeed,
    ...(said ? { start: (index) => ({ recipe: starts[index] ?? { from: 'seed', seed } }) } : {}),
  })
}

function fillAgain(model: Drawer, trace: Trace, recipe: Recorded<InpaintRecipe>): Checked<Resolved<InpaintSettings>> {
  const { seed, count } = picturesOf(trace)
  // In the order of the recipe, so that the same picture is the same file.
  const { finish = noFinish } = recipe.request
  const began = { ...plainBeginning, ...recipe.request }
  const settings = { ...recipe.request, ...began, finish, seed, variations: count, batch: recipe.batch, device: recipe.device }
  return { model, settings, notices: [] }
}
