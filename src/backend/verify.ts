import { toErrorData } from '../shared/errors.ts'
import type { House } from './house.ts'
import type { ModelPackage } from './models.ts'
import type { VerifiedModel } from './types.ts'

/** Card, files and hashes here; names, shapes and types of the graph in an engine process of its own, which a bad file may take down. */
async function verify(house: House, pack: ModelPackage): Promise<VerifiedModel> {
  const { id, folder, card } = pack
  const problems = await house.models.check(pack)
  if (card === null || problems.length > 0) return { id, folder, card, problems }
  try {
    await house.engines.inspect({ ...pack, card })
    return { id, folder, card, problems: [] }
  } catch (error) {
    return { id, folder, card, problems: [toErrorData(error).message] }
  }
}

/** All packages, or the one; code `request` when there is no such model. */
export async function verifyModels(house: House, id?: string): Promise<readonly VerifiedModel[]> {
  const all = await house.models.list()
  const asked = id === undefined ? all : all.filter((one) => one.id === id)
  if (id !== undefined && asked.length === 0) await house.models.find(id)
  const results: VerifiedModel[] = []
  // One after another: each load may take a model's whole memory.
  for (const pack of asked) results.push(await verify(house, pack))
  return results
}
