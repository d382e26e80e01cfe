import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Job } from '../../shared/api.ts'
import { cellCount, type ComparePlan, type CompareRequest } from '../../shared/compare.ts'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { generateRequest, inpaintSettings, type GenerateRequest } from '../../shared/request.ts'
import { useWords, words } from '../i18n/index.ts'
import { bridge, call, resourceUrl } from '../state/client.ts'
import { drawingModels } from '../state/generate.ts'
import { goTo, readObject, storage } from '../state/preferences.ts'
import { appStore, notify, useApp } from '../state/store.ts'
import { draftOf, emptyDraft, requestOf, type AxisText, type CompareDraft } from './draft.ts'

/** The Compare screen between two looks at it: its controls, which comparison is shown, which cells are chosen. */
export interface CompareState {
  readonly draft: CompareDraft
  /** The comparison whose cells are on the screen; null: the newest. */
  readonly shown: string | null
  /** Cells that are looked at together. */
  readonly chosen: readonly number[]
  /** Are they open in the viewer? */
  readonly viewing: boolean
  /** So many cells that the user is asked whether they are meant. */
  readonly asking: boolean
  /** Why the last press of the button did not become a job. */
  readonly refusal: ErrorData | null
}

const key = 'palimpsest.compare'

/** Controls out of storage: each part that is missing or wrong becomes its default. */
export function parseDraft(text: string | null): CompareDraft {
  const stored = readObject(text)
  const part = <T>(schema: { safeParse(value: unknown): { success: boolean; data?: T } }, value: unknown, otherwise: T): T => {
    const parsed = schema.safeParse(value)
    return parsed.success && parsed.data !== undefined ? parsed.data : otherwise
  }
  const axes = (value: unknown): readonly AxisText[] | undefined =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 4 &&
    value.every((one: unknown) => typeof (one as AxisText)?.name === 'string' && typeof (one as AxisText).text === 'string')
      ? (value as readonly AxisText[])
      : undefined
  const own = (stored['axes'] ?? {}) as Partial<Record<keyof CompareDraft['axes'], unknown>>
  const of = stored['of']
  return {
    of: of === 'inpaint' || of === 'forward' ? of : 'generate',
    generate: part(generateRequest, stored['generate'], emptyDraft.generate),
    fill: part(inpaintSettings, stored['fill'], emptyDraft.fill),
    photo: typeof stored['photo'] === 'string' ? stored['photo'] : null,
    mask: typeof stored['mask'] === 'string' ? stored['mask'] : emptyDraft.mask,
    record: stored['record'] !== false,
    axes: {
      generate: axes(own.generate) ?? emptyDraft.axes.generate,
      inpaint: axes(own.inpaint) ?? emptyDraft.axes.inpaint,
      forward: axes(own.forward) ?? emptyDraft.axes.forward,
    },
  }
}

export const compareStore = createStore<CompareState>(() => ({
  draft: parseDraft(storage.read(key)),
  shown: null,
  chosen: [],
  viewing: false,
  asking: false,
  refusal: null,
}))
compareStore.subscribe(({ draft }, before) => draft !== before.draft && storage.write(key, draft))

export const useCompare = <T>(selector: (state: CompareState) => T): T => useStore(compareStore, selector)

export function change(changes: Partial<CompareDraft>): void {
  compareStore.setState(({ draft }) => ({ draft: { ...draft, ...changes }, refusal: null }))
}

export function changeAxes(change_: (axes: readonly AxisText[]) => readonly AxisText[]): void {
  compareStore.setState(({ draft }) => ({
    draft: { ...draft, axes: { ...draft.axes, [draft.of]: change_(draft.axes[draft.of]) } },
    refusal: null,
  }))
}

/** The chosen model, or the first that can draw where the chosen one is gone. */
export function withModel(draft: CompareDraft): CompareDraft {
  const able = drawingModels(appStore.getState().models)
  const known = (id: string) => (able.some((model) => model.id === id) ? id : (able[0]?.id ?? id))
  return {
    ...draft,
    generate: { ...draft.generate, model: known(draft.generate.model) },
    fill: { ...draft.fill, model: known(draft.fill.model) },
  }
}

/** Shows it. A refusal is kept for the screen to explain; nothing is thrown. */
export async function start(request: CompareRequest, many = false): Promise<string | null> {
  try {
    const { job } = await call('compare', { request, many })
    compareStore.setState({ shown: job, chosen: [], viewing: false, refusal: null })
    return job
  } catch (error) {
    compareStore.setState({ refusal: toErrorData(error) })
    return null
  }
}

/** A request into the controls and, from there, into the queue: what is shown is what is run. */
export async function startWith(request: CompareRequest): Promise<void> {
  compareStore.setState(({ draft }) => ({ draft: draftOf(draft, request) }))
  const { trace: _trace, ...settings } = request.settings
  const record = compareStore.getState().draft.record && request.of !== 'forward' ? { trace: true } : {}
  await start({ ...request, settings: { ...settings, ...record } } as CompareRequest)
}

/** From a picture of Generate: its settings and its noise, under what is varied already. */
export function openInCompare(settings: GenerateRequest, seed: number): void {
  const { trace: _trace, nfe: _nfe, ...rest } = settings
  change({ of: 'generate', generate: { ...rest, seed, count: 1 } })
  goTo('compare')
  notify(words().compare.table.sent)
}

export type CompareJob = Job & { readonly request: Extract<Job['request'], { kind: 'compare' }> }

export const isCompareJob = (job: Job): job is CompareJob => job.request.kind === 'compare'

/** The comparisons, oldest first, and the one that is shown. */
export function useComparisons(): { readonly jobs: readonly CompareJob[]; readonly job: CompareJob | undefined } {
  const known = useApp((state) => state.jobs)
  const order = useApp((state) => state.order)
  const shown = useCompare((state) => state.shown)
  const jobs = useMemo(() => order.flatMap((id) => known[id] ?? []).filter(isCompareJob), [known, order])
  return { jobs, job: jobs.find(({ id }) => id === shown) ?? jobs.at(-1) }
}

export interface Planned {
  /** Of the controls as they are now; null: nothing was answered yet. */
  readonly plan: ComparePlan | null
  readonly problem: string | null
  /** Known at once, without the backend. */
  readonly cells: number | null
}

/** Long enough for the next letter of a number. */
const typingMs = 150

/** What the controls would come to, asked of the backend after a pause. A later question ends an earlier one there. */
export function usePlan(): Planned {
  const draft = useCompare((state) => state.draft)
  const models = useApp((state) => state.models)
  const measured = useApp((state) => state.order.filter((id) => (state.jobs[id]?.report ?? null) !== null).length)
  // What is wrong is said in the language of the window.
  const t = useWords()
  const made = useMemo(() => (models === null || t === undefined ? null : requestOf(withModel(draft))), [draft, models, t])
  const [answer, setAnswer] = useState<{
    readonly of: typeof made
    readonly plan: ComparePlan | null
    readonly problem: string | null
  }>()
  useEffect(() => {
    if (made === null || 'problem' in made) return undefined
    let current = true
    const take = (plan: ComparePlan | null, problem: string | null) => current && setAnswer({ of: made, plan, problem })
    const timer = setTimeout(() => {
      call('planCompare', made.request).then(
        (plan) => take(plan, null),
        (error: unknown) => {
          const { code, message } = toErrorData(error)
          // Another window asked meanwhile; ours is asked again when something changes.
          if (code !== 'cancelled') take(null, message)
        },
      )
    }, typingMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [made, measured])
  if (made === null) return { plan: null, problem: null, cells: null }
  if ('problem' in made) return { plan: null, problem: made.problem, cells: null }
  const own = answer?.of === made ? answer : undefined
  return { plan: own?.plan ?? null, problem: own?.problem ?? null, cells: cellCount(made.request.axes) }
}

/** In Electron a dialog asks where; a browser downloads. */
export async function exportAs(job: string, format: 'png' | 'json'): Promise<void> {
  if (bridge().door === 'electron') {
    const answer = await call('exportCompareAs', { job, format })
    if (answer !== null) notify(words().compare.table.saved(answer.saved), 'good')
    return
  }
  const { url, name } = await call('exportCompare', { job, format })
  const link = document.createElement('a')
  link.href = resourceUrl(url)
  link.download = name
  link.click()
}
