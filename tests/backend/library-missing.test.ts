import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeBench } from './fakes.ts'
import { all, names, scan } from './library-support.ts'

it('nothing is changed while the folder is not there: none is made in its place, and no picture is taken for gone', async () => {
  const bench = await makeBench()
  const { handlers, library } = bench.backend
  const chosen = join(bench.place.root, 'disk')
  await library.setFolder(chosen)
  for (const name of ['a.png', 'b.png', 'c.png']) writeFileSync(join(chosen, name), JSON.stringify({ values: [name] }))
  await scan(bench)
  const [a, b] = (await all(bench, { sort: 'name', descending: false })).map(({ id }) => id)
  await handlers.libraryTrash({ ids: [a!] })
  const [trashed] = await all(bench, { where: 'trash' })
  renameSync(chosen, `${chosen} away`)
  const sentence = `The folder of the library, "${chosen}", is not there: connect its disk, or choose another folder.`
  for (const act of [
    () => handlers.libraryTrash({ ids: [b!] }),
    () => handlers.libraryRestore({ ids: [trashed!.id] }),
    () => handlers.libraryFavourite({ ids: [b!], favourite: true }),
    () => handlers.libraryTag({ ids: [b!], add: ['sea'], remove: [] }),
    () => handlers.libraryEmptyTrash({}),
  ])
    await expect(act()).rejects.toMatchObject({ code: 'request', message: sentence })
  expect(existsSync(chosen)).toBe(false)
  expect((await handlers.library({})).problem).toBe(sentence)
  renameSync(`${chosen} away`, chosen)
  await scan(bench)
  expect([await names(bench), await names(bench, { where: 'trash' })]).toEqual([['b.png', 'c.png'], ['a.png']])
  expect((await handlers.library({})).problem).toBeNull()
})
