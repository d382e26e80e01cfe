import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandLine } from '../../src/backend/command-line.ts'
import { settled } from '../../src/backend/methods.ts'
import { type CommandShape, parseFlags } from '../../src/cli/flags.ts'
import { generateInput, inpaintInput, maskOf, photoOf } from '../../src/cli/request.ts'
import { commands } from '../../src/cli/table.ts'
import { completeSettings, inpainters, samplers } from '../../src/core/index.ts'
import type { GenerateRecipe, InpaintRecipe, RecipeBase } from '../../src/shared/recipe.ts'
import { generateRequest, inpaintSettings } from '../../src/shared/request.ts'

/** A shell's reading of a line: quotes of both kinds, and nothing else that is special. */
function words(line: string): string[] {
  const found: string[] = []
  for (const [whole] of line.matchAll(/(?:'[^']*'|"[^"]*"|\\'|[^\s'"])+/g)) {
    found.push(
      whole.replaceAll(
        /'([^']*)'|"([^"]*)"|\\(')/g,
        (_all, single = '', double = '', sign = '') => `${String(single)}${String(double)}${String(sign)}`,
      ),
    )
  }
  return found
}

function parsed(line: string, command: 'generate' | 'inpaint') {
  const [program, name, ...rest] = words(line)
  expect([program, name]).toEqual(['palimpsest', command])
  return parseFlags(commands[command] as CommandShape, rest)
}

const base: Omit<RecipeBase, 'seed' | 'index' | 'batch'> = {
  format: 1,
  app: '1.2.3',
  model: { id: 'mnist', file: 'model.onnx', sha256: '0'.repeat(64) },
  device: 'cpu',
  provider: 'cpu',
  onnxruntime: '1',
  noise: 1,
  sigmas: [1, 0],
  width: 28,
  height: 28,
  nfe: 2,
}

const place = fc.record({ seed: fc.maxSafeNat(), index: fc.nat(9999), batch: fc.integer({ min: 1, max: 64 }) })
const steps = fc.integer({ min: 1, max: 1000 })
const eta = fc.constantFrom(0, 0.2, 0.75, 1)
const threshold = fc.constantFrom('clip' as const, 'none' as const, 'dynamic' as const)
const dynamic = (of: string) => (of === 'dynamic' ? { dynamic: { ratio: 0.9, max: 3 } } : {})

describe('a recipe as a command line', () => {
  it('is read again as the request of one picture at its place, of every sampler', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(samplers)), place, steps, eta, threshold, (sampler, at, count, noise, way) => {
        const entry = samplers[sampler]!
        const asked = generateRequest.parse({
          model: 'mnist',
          sampler,
          steps: count,
          spacing: entry.spacing ?? 'trailing',
          ...(entry.controls.includes('eta') ? { eta: noise } : {}),
          threshold: way,
          ...dynamic(way),
          settings: completeSettings(entry, {}),
        })
        const {
          seed: _seed,
          count: _count,
          batch: _batch,
          device: _device,
          ...request
        } = settled('sampler', asked, entry, samplers)
        const recipe: GenerateRecipe = { ...base, ...at, kind: 'generate', request }
        const line = commandLine(recipe, { photo: '', mask: '' })
        const read = generateRequest.parse(generateInput(parsed(line ?? '', 'generate')))
        const again = settled('sampler', read, entry, samplers)
        const alone = at.batch === 1 && at.index === 0
        expect(again).toEqual({
          ...request,
          seed: at.seed,
          count: 1,
          device: 'cpu',
          ...(alone ? { batch: 16 } : { batch: at.batch, place: at.index }),
        })
      }),
      { numRuns: 200 },
    )
  })

  it('of a fill names its photograph and mask, whatever they are called', () => {
    const name = fc.constantFrom('a.png', '/photos/my dog.jpg', "it's.png", 'cost $5 "new".png', 'über & co.png')
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(inpainters)),
        place,
        eta,
        name,
        fc.boolean(),
        fc.boolean(),
        (method, at, noise, photo, asGrey, invert) => {
          const entry = inpainters[method]!
          const asked = inpaintSettings.parse({
            model: 'mnist',
            method,
            steps: 20,
            spacing: entry.spacing ?? 'respaced',
            ...(entry.controls.includes('eta') ? { eta: noise } : {}),
            ...(entry.controls.includes('jumpLength') ? { jumpLength: 3 } : {}),
            ...(entry.controls.includes('resamples') ? { resamples: 4 } : {}),
            blend: { padding: 7, grow: 1, feather: 0, side: 'inside' },
            finish: { grain: 0.5, seam: 'membrane' },
            start: 'quick',
            strength: 0.4,
            refine: '2x',
            refineStrength: 0.2,
            asGrey,
            invert,
            settings: completeSettings(entry, {}),
          })
          const own = settled('method', asked, entry, inpainters)
          const { seed: _seed, variations: _variations, batch: _batch, device: _device, ...request } = own
          const recipe: InpaintRecipe = {
            ...base,
            ...at,
            kind: 'inpaint',
            request,
            source: { sha256: '1'.repeat(64), width: 28, height: 28 },
            mask: { sha256: '2'.repeat(64) },
            crops: [],
          }
          const flags = parsed(commandLine(recipe, { photo, mask: 'my masks/m.png' }) ?? '', 'inpaint')
          const read = settled('method', inpaintSettings.parse(inpaintInput(flags)), entry, inpainters)
          const alone = at.batch === 1 && at.index === 0
          expect(read).toEqual({
            ...request,
            seed: at.seed,
            variations: 1,
            device: 'cpu',
            ...(alone ? { batch: 4 } : { batch: at.batch, place: at.index }),
          })
          expect(photoOf(flags, '/')).toBe(photo.startsWith('/') ? photo : `/${photo}`)
          expect(maskOf(flags, '/')).toEqual({ file: '/my masks/m.png', keep: false })
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is none where a picture began at a noise of its own', () => {
    const {
      seed: _seed,
      count: _count,
      batch: _batch,
      device: _device,
      ...request
    } = settled('sampler', generateRequest.parse({ model: 'mnist' }), samplers['ddim']!, samplers)
    const recipe: GenerateRecipe = {
      ...base,
      seed: 1,
      index: 0,
      batch: 1,
      kind: 'generate',
      request,
      start: { from: 'noise', sha256: '0' },
    }
    expect(commandLine(recipe, { photo: '', mask: '' })).toBeNull()
  })
})
