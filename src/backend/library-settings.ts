import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { writeJson } from './files.ts'

/** What the user chose for the library: <data>/library.json. */

const schema = z.object({
  /** Absolute; null: <data>/library. */
  folder: z.string().refine(isAbsolute).nullable().catch(null),
  metadata: z.boolean().catch(true),
})
export type LibrarySettings = z.infer<typeof schema>

export interface LibraryChoice {
  get(): LibrarySettings
  set(change: Partial<LibrarySettings>): Promise<void>
}

/** A file that is damaged counts as none. */
export function openChoice(dataFolder: string): LibraryChoice {
  const file = join(dataFolder, 'library.json')
  let current = read(file)
  return {
    get: () => current,
    async set(change) {
      const next = { ...current, ...change }
      await writeJson(file, next)
      current = next
    },
  }
}

function read(file: string): LibrarySettings {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return schema.parse({})
  }
}
