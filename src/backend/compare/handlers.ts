import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RemoteHandlers } from '../../shared/api.ts'
import { askAbove } from '../../shared/compare.ts'
import { PalimpsestError } from '../../shared/errors.ts'
import { openFolder, writeJson } from '../files.ts'
import type { House } from '../house.ts'
import { savedFolder } from '../save.ts'
import { findDevice } from '../tables.ts'
import { doorOf, imagesOf, measuringDoor, nameOf, photoNames, prepareComparison } from './job.ts'
import { planCells, summaryOf } from './plan.ts'
import { keptCells } from './record.ts'
import { comparisonReport } from './report.ts'
import { modelNames, sheetOf } from './sheet.ts'

/** The part of the method table that compares. */

export type Exported = { readonly path: string; readonly name: string; readonly url: string }

export function compareHandlers(house: House): Pick<RemoteHandlers, 'planCompare' | 'compare' | 'exportCompare'> {
  const { models, speeds, engines, devices, jobs } = house
  const deviceOf = (model: string, asked: string) =>
    asked === 'auto' ? (engines.automatic(model) ?? devices.chosen) : findDevice(asked)
  const measured = measuringDoor(house)
  /** Typing asks again and again: only the last answer is waited for. */
  let asked = 0
  return {
    async planCompare(request) {
      const own = ++asked
      return summaryOf(await planCells(request, models, { ...measured(), stale: () => own !== asked }), speeds, deviceOf)
    },
    async compare({ request, many = false }) {
      const plan = await planCells(request, models, doorOf(house))
      if (plan.cells > askAbove && !many)
        throw new PalimpsestError('request', `This is a comparison of ${plan.cells} cells: say that so many are meant.`)
      const [first] = plan.refused
      if (plan.runs.length === 0) throw new PalimpsestError('request', first?.reason ?? 'There is nothing to compare.')
      const job = await jobs.submit({
        request: { kind: 'compare', ...request },
        images: imagesOf(house, plan),
        prepare: ({ folder }) => prepareComparison(house, plan, folder),
      })
      return { job }
    },
    async exportCompare({ job, format }) {
      const { url, name } = await exportComparison(house, job, format)
      return { url, name }
    },
  }
}

/** As far as it came. One file at a time a job: the next takes the place of the one before. */
export async function exportComparison(house: House, id: string, format: 'png' | 'json'): Promise<Exported> {
  const { jobs, models, imaging, options } = house
  const job = jobs.get(id)
  if (job?.request.kind !== 'compare') throw new PalimpsestError('request', `There is no comparison called "${id}".`)
  const from = jobs.folder(id)
  const plan = await planCells(job.request, models, doorOf(house))
  const names = photoNames(house)
  const file = (picture: string) => join(from, picture)
  const report = comparisonReport(plan, await keptCells(from, file), job.notices, options.version, names)
  const folder = join(from, savedFolder)
  await rm(folder, { recursive: true, force: true })
  await openFolder(folder)
  const name = `palimpsest-compare-${nameOf(job.request)}.${format}`
  const path = join(folder, name)
  if (format === 'json') await writeJson(path, report)
  else await imaging.call('compareSheet', { ...sheetOf(report, file, names, await modelNames(house)), out: path })
  return { path, name, url: `/job/${id}/${savedFolder}/${name}` }
}
