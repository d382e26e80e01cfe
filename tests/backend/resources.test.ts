import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResourceReply } from '../../src/backend/types.ts'
import { bytesOf, crop, makeBench, makePlace, maskTile, readJson, upload, type Bench } from './fakes.ts'

const get = (bench: Bench, url: string) => bench.backend.resource({ method: 'GET', url })
const post = (bench: Bench, url: string, ...parts: string[]) =>
  bench.backend.resource({ method: 'POST', url, body: bytesOf(...parts) })
const answer = (reply: ResourceReply): unknown =>
  'bytes' in reply.body ? JSON.parse(Buffer.from(reply.body.bytes).toString()) : undefined

async function withFill(): Promise<{ bench: Bench; photo: string; job: string }> {
  const bench = await makeBench()
  const photo = await upload(bench, { width: 20, height: 10 })
  await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1))] })
  const { job } = await bench.backend.handlers.inpaint({
    photo,
    settings: { model: 'tiny', method: 'replace', steps: 1, device: 'cpu' } as never,
  })
  await bench.ended(job)
  return { bench, photo, job }
}

describe('addresses', () => {
  it('lead to tiles and pictures', async () => {
    const { bench, photo, job } = await withFill()
    for (const url of [`/photo/${photo}/tile/0/0_0.png`, `/job/${job}/0.png`, `/job/${job}/0/tile/0/0_0.png`]) {
      const reply = await get(bench, url)
      expect(reply, url).toMatchObject({
        status: 200,
        headers: { 'content-type': 'image/png', 'x-content-type-options': 'nosniff' },
      })
      expect(readJson('file' in reply.body ? reply.body.file : '')).toMatchObject({ width: 20 })
    }
    expect((await get(bench, `/photo/${photo}/tile/0/0_0.png`)).headers['cache-control']).toContain('immutable')
    expect((await get(bench, `/job/${job}/0.png`)).headers).not.toHaveProperty('content-disposition')
    expect((await get(bench, `/job/${job}/0.png?download`)).headers['content-disposition']).toBe(
      `attachment; filename="palimpsest-${job}-0.png"`,
    )
  })

  it('that do not exist, or try to leave, are 404 and nothing else', async () => {
    const { bench, photo, job } = await withFill()
    writeFileSync(join(bench.place.data, 'jobs', job, '7.png'), 'not of this job')
    const tile = join(bench.place.data, 'jobs', job, '7.tiles', 'tiles', '0')
    mkdirSync(tile, { recursive: true })
    writeFileSync(join(tile, '0_0.png'), 'not of this job')
    for (const url of [
      '/',
      '/upload',
      `/photo/${photo}/tile/0/9_9.png`,
      `/photo/${photo}/tile/0/0_0.png/`,
      `/photo/${photo}/tile/00/0_0.png`,
      `/photo/${photo}/tile/-1/0_0.png`,
      `/photo/${photo}/photo.json`,
      `/photo/${photo}/../../jobs/${job}/0.png`,
      `/photo/${photo}%2f..%2ftile/0/0_0.png`,
      `/photo/..%2f..%2f${photo}/tile/0/0_0.png`,
      `/job/${job}/7.png`,
      `/job/${job}/7/tile/0/0_0.png`,
      `/job/${job}/1.png`,
      `/job/${job}/run.json`,
      `/job/../photos/${photo}/mask.png`,
      `/job/${job}/%2e%2e/mask.png`,
      `/job/${job}/0.png%00`,
      `/job/${job}/..\\0.png`,
      `/job/x/0.png`,
      '/sample/ghost.jpg',
      '/sample/..%2fsamples.json.jpg',
    ]) {
      expect((await get(bench, url)).status, url).toBe(404)
    }
    expect((await post(bench, '/photo', 'x')).status).toBe(404)
  })
})

describe('upload', () => {
  it('opens the photo under the first digits of its hash, once', async () => {
    const bench = await makeBench()
    const first = answer(await post(bench, '/upload?name=My%20photo.png', '{"width":4,', '"height":3}')) as { photo: string }
    expect(first.photo).toMatch(/^[0-9a-f]{16}$/)
    expect(answer(await post(bench, '/upload?name=again.png', '{"width":4,"height":3}'))).toEqual(first)
    const photos = await bench.backend.handlers.photos({})
    expect(photos).toMatchObject([{ id: first.photo, name: 'My photo.png', info: { width: 4, height: 3 } }])
    expect(await bench.backend.handlers.photo(first)).toEqual(photos[0])
  })

  it('opens the same photo once when it comes twice at once', async () => {
    const bench = await makeBench()
    const both = await Promise.all([1, 2].map(() => post(bench, '/upload?name=a.png', '{"width":4,"height":3}')))
    expect(both.map((reply) => reply.status)).toEqual([200, 200])
    const { photo } = answer(both[0]!) as { photo: string }
    expect((await get(bench, `/photo/${photo}/tile/0/0_0.png`)).status).toBe(200)
    expect(readdirSync(join(bench.place.data, 'incoming'))).toEqual([])
    expect(bench.world.opens).toHaveLength(1)
  })

  it.each(['open', 'upload', 'photo.json'])(
    'opens a photo anew whose %s was removed behind its back, and keeps the mask',
    async (part) => {
      const bench = await makeBench()
      const photo = await upload(bench, { width: 20, height: 10 })
      const tile = maskTile(crop(5))
      await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [tile] })
      rmSync(join(bench.place.data, 'photos', photo, part), { recursive: true })
      expect(await upload(bench, { width: 20, height: 10 })).toBe(photo)
      expect((await get(bench, `/photo/${photo}/tile/0/0_0.png`)).status).toBe(200)
      expect(await bench.backend.handlers.readMask({ photo })).toEqual([tile])
    },
  )

  it('gives the saved mask as a file, and what else a mask can be made of as tiles that are not saved', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    const url = `/photo/${photo}/mask.png?download`
    expect((await get(bench, url)).status).toBe(404)
    expect(bench.backend.maskFile(photo)).toBeUndefined()
    const touch = { kind: 'wand', x: 3, y: 4, tolerance: 30, contiguous: true } as const
    const [tile] = await bench.backend.handlers.selectMask({ photo, from: touch })
    expect(JSON.parse(Buffer.from(tile!.png).toString())).toEqual(touch)
    expect(await bench.backend.handlers.readMask({ photo })).toEqual([])
    await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1))] })
    const reply = await get(bench, url)
    expect(reply.status).toBe(200)
    expect(reply.headers['content-disposition']).toBe(`attachment; filename="palimpsest-mask-${photo}.png"`)
    expect(reply.body).toEqual({ file: bench.backend.maskFile(photo) })
    expect((await get(bench, '/photo/0123456789abcdef/mask.png')).status).toBe(404)
    await expect(bench.backend.handlers.selectMask({ photo: '0123456789abcdef', from: touch })).rejects.toMatchObject({
      code: 'request',
    })
  })

  it('takes over a photo whose folder came from elsewhere while it ran, with its mask', async () => {
    const [one, other] = [await makeBench(), await makeBench()]
    const photo = await upload(one, { width: 20, height: 10 })
    const tile = maskTile(crop(5))
    await one.backend.handlers.writeMask({ photo, replace: true, tiles: [tile] })
    const folder = (bench: Bench) => join(bench.place.data, 'photos', photo)
    cpSync(folder(one), folder(other), { recursive: true })
    expect(await upload(other, { width: 20, height: 10 })).toBe(photo)
    expect(await other.backend.handlers.readMask({ photo })).toEqual([tile])
  })

  it('stays in a folder of its own whatever the name says', async () => {
    const bench = await makeBench()
    const name = encodeURIComponent('../../..\\..\\evil\u0000<x>.png')
    const { photo } = answer(await post(bench, `/upload?name=${name}`, '{"width":4,"height":3}')) as { photo: string }
    expect(readdirSync(join(bench.place.data, 'photos', photo, 'upload'))).toEqual(['evil_x_.png'])
  })

  it.each([
    [400, [''], 'a.png is empty.'],
    [400, ['no picture at all'], 'a.png is no picture.'],
    [413, ['{"width":4,', '"height":3}', ' '.repeat(60)], /^A photograph may have at most .* MB\.$/],
  ])('answers %i and leaves nothing', async (status, parts, message) => {
    const bench = await makeBench({ uploadBytes: 64 })
    const reply = await post(bench, '/upload?name=a.png', ...parts)
    expect(reply.status).toBe(status)
    expect(answer(reply)).toMatchObject({ error: { code: 'request', message: expect.stringMatching(message) as string } })
    expect(readdirSync(join(bench.place.data, 'photos'))).toEqual([])
    expect(readdirSync(join(bench.place.data, 'incoming'))).toEqual([])
  })

  it('answers 500 when the imaging process dies, and the next photo opens', async () => {
    const bench = await makeBench()
    await upload(bench, { width: 1, height: 1 })
    bench.world.imagings[0]?.die('ended with exit status 1')
    await new Promise(setImmediate)
    expect(await upload(bench, { width: 2, height: 2 })).toMatch(/^[0-9a-f]{16}$/)
    expect(bench.world.imagings).toHaveLength(2)
  })
})

describe('a file of this machine', () => {
  it('is copied: what becomes of it later does not reach the photo, and changed it is another one', async () => {
    const bench = await makeBench()
    const file = bench.place.file('a.png', '{"width":4,"height":3}')
    const first = await bench.backend.addPhoto(file, 'a.png')
    const tile = maskTile(crop(5))
    await bench.backend.handlers.writeMask({ photo: first, replace: true, tiles: [tile] })
    bench.place.file('a.png', '{"width":8,"height":6}')
    const second = await bench.backend.addPhoto(file, 'a.png')
    expect(second).not.toBe(first)
    rmSync(file)
    expect(await bench.backend.handlers.photo({ photo: first })).toMatchObject({ info: { width: 4, height: 3 } })
    expect(await bench.backend.handlers.photo({ photo: second })).toMatchObject({ info: { width: 8, height: 6 } })
    expect(await bench.backend.handlers.readMask({ photo: first })).toEqual([tile])
    expect(await bench.backend.handlers.readMask({ photo: second })).toEqual([])
  })

  it('that is gone, or is a folder, is named in a sentence and leaves nothing', async () => {
    const bench = await makeBench()
    const gone = { code: 'request', message: 'There is no file a.png.' }
    await expect(bench.backend.addPhoto(join(bench.place.root, 'a.png'), 'a.png')).rejects.toMatchObject(gone)
    const folder = { code: 'request', message: 'models is a folder, not a picture.' }
    await expect(bench.backend.addPhoto(bench.place.models, 'models')).rejects.toMatchObject(folder)
    expect(readdirSync(join(bench.place.data, 'photos'))).toEqual([])
    expect(readdirSync(join(bench.place.data, 'incoming'))).toEqual([])
  })
})

describe('photos', () => {
  it('are there again after a start, with their masks', async () => {
    const place = makePlace()
    const before = await makeBench({}, place)
    const photo = await upload(before, { width: 20, height: 10 })
    const tile = maskTile(crop(5))
    await before.backend.handlers.writeMask({ photo, replace: true, tiles: [tile] })
    await before.backend.stop()
    const after = await makeBench({}, place)
    expect(await after.backend.handlers.photos({})).toMatchObject([{ id: photo, name: 'a.png' }])
    expect(await after.backend.handlers.readMask({ photo })).toEqual([tile])
  })

  it('come in the order they were looked at, the last first, also after a start', async () => {
    const place = makePlace()
    const bench = await makeBench({}, place)
    const [first, second] = [await upload(bench, { width: 20, height: 10 }), await upload(bench, { width: 10, height: 20 })]
    const order = async ({ backend }: Bench) => (await backend.handlers.photos({})).map(({ id }) => id)
    expect(await order(bench)).toEqual([second, first])
    // What a file's time cannot tell apart, no list can either.
    const { mtimeMs } = statSync(join(place.data, 'photos', second, 'photo.json'))
    while (Date.now() <= mtimeMs + 1) await new Promise((done) => setTimeout(done, 2))
    await bench.backend.handlers.photo({ photo: first })
    expect(await order(bench)).toEqual([first, second])
    await bench.backend.stop()
    expect(await order(await makeBench({}, place))).toEqual([first, second])
  })

  it('may have several masks and a desk, which forgets the masks it does not name', async () => {
    const place = makePlace()
    const bench = await makeBench({}, place)
    const photo = await upload(bench, { width: 20, height: 10 })
    const { handlers } = bench.backend
    const bare = { masks: [], active: null, kept: [], rejected: [] }
    expect(await handlers.desk({ photo })).toEqual(bare)
    const tiles = [maskTile(crop(1)), maskTile(crop(2)), maskTile(crop(3))] as const
    await handlers.writeMask({ photo, replace: true, tiles: [tiles[0]] })
    await handlers.writeMask({ photo, replace: true, tiles: [tiles[1]], layer: 1 })
    await handlers.writeMask({ photo, replace: true, tiles: [tiles[2]], layer: 2 })
    const desk = {
      ...bare,
      masks: [
        { id: 1, name: 'Wire', visible: true },
        { id: 2, name: 'Sign', visible: false },
      ],
      active: 2,
      kept: [{ job: 'a', image: 0 }],
    }
    await handlers.writeDesk({ photo, desk })
    await bench.backend.stop()
    const after = (await makeBench({}, place)).backend.handlers
    expect(await after.desk({ photo })).toEqual(desk)
    expect(await after.readMask({ photo })).toEqual([tiles[0]])
    expect(await after.readMask({ photo, layer: 1 })).toEqual([tiles[1]])
    expect(await after.readMask({ photo, layer: 2 })).toEqual([tiles[2]])
    await after.writeDesk({ photo, desk: { ...desk, masks: desk.masks.slice(0, 1) } })
    expect(await after.readMask({ photo, layer: 1 })).toEqual([tiles[1]])
    expect(await after.readMask({ photo, layer: 2 })).toEqual([])
    writeFileSync(join(place.data, 'photos', photo, 'desk.json'), '{"masks": 3}')
    expect(await after.desk({ photo })).toEqual(bare)
  })

  it('add to a mask or begin a new one', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    const write = (replace: boolean, ...xs: number[]) =>
      bench.backend.handlers.writeMask({ photo, replace, tiles: [maskTile(...xs.map(crop))] })
    expect(await bench.backend.handlers.readMask({ photo })).toEqual([])
    expect(await write(false, 1)).toEqual({ painted: 1 })
    expect(await write(false, 2)).toEqual({ painted: 2 })
    expect(await write(true, 3)).toEqual({ painted: 1 })
  })

  it('can be a sample, with its preview', async () => {
    const place = makePlace()
    place.file('samples/page.png', '{"width":9,"height":9}')
    const listed = { id: 'page', name: 'A page', credit: 'Ours', model: 'tiny' }
    place.file('samples/samples.json', JSON.stringify([{ ...listed, file: 'page.png' }]))
    const bench = await makeBench({}, place)
    expect((await bench.backend.handlers.about({})).samples).toEqual([listed])
    const { photo } = await bench.backend.handlers.openSample({ sample: 'page' })
    expect(await bench.backend.handlers.photo({ photo })).toMatchObject({ name: 'page.png', info: { width: 9 } })
    expect(await get(bench, '/sample/page.jpg')).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } })
    await expect(bench.backend.handlers.openSample({ sample: 'ghost' })).rejects.toMatchObject({ code: 'request' })
  })
})

it('says what it is', async () => {
  const bench = await makeBench()
  expect(await bench.backend.handlers.about({})).toMatchObject({
    version: '1.2.3',
    door: 'serve',
    connections: 0,
    onnxruntime: '1.30.0',
  })
})
