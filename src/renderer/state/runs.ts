import type { Job } from '../../shared/api.ts'
import type { CompareRequest } from '../../shared/compare.ts'
import { call } from './client.ts'

/** Queue a job again, exactly as it was asked for, or with some settings changed. Resolves to the new job's id. */
export async function rerun(
  job: Job,
  changes: { readonly batch?: number; readonly device?: 'cpu'; readonly seed?: number } = {},
): Promise<string> {
  const { request } = job
  if (request.kind === 'generate' && request.between !== undefined) {
    const { batch, device, count } = { ...request.settings, ...changes }
    return (await call('interpolate', { ...request.between, count, batch, device })).job
  }
  if (request.kind === 'compare') return (await call('compare', { request: varied(request, changes), many: true })).job
  if (request.kind === 'generate') return (await call('generate', { ...request.settings, ...changes })).job
  return (await call('inpaint', { photo: request.photo, settings: { ...request.settings, ...changes } })).job
}

/** A comparison without what makes a job of it. */
function varied(
  { kind: _kind, ...request }: Extract<Job['request'], { kind: 'compare' }>,
  changes: { readonly batch?: number; readonly device?: 'cpu'; readonly seed?: number },
): CompareRequest {
  if (request.of === 'inpaint') return { ...request, settings: { ...request.settings, ...changes } }
  return { ...request, settings: { ...request.settings, ...changes } }
}
