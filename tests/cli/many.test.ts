import { expect, it } from 'vitest'
import { parseFlags } from '../../src/cli/flags.ts'
import { helpOf } from '../../src/cli/help.ts'
import { foldersOf } from '../../src/cli/many.ts'
import { describe as described } from '../../src/cli/progress.ts'
import { maskOf, photosOf } from '../../src/cli/request.ts'
import { commands } from '../../src/cli/table.ts'

it('takes as many photographs as are given, and names a folder for each', () => {
  const parsed = parseFlags(commands.inpaint, ['a.png', '/b/a.jpg', 'c', '--mask', 'm.png', '--other-sizes', 'scale'])
  expect(photosOf(parsed, '/in')).toEqual(['/in/a.png', '/b/a.jpg', '/in/c'])
  expect(maskOf(parsed, '/in')).toEqual({ file: '/in/m.png', keep: false, scale: true })
  expect(foldersOf(['/in/a.png', '/b/A.jpg', '/in/a.tif', 'c'])).toEqual(['a', 'A-2', 'a-3', 'c'])
  expect(helpOf('inpaint')).toMatch(/^palimpsest inpaint PHOTO\.\.\. \[flags\]/)
  expect(() => parseFlags(commands.resume, ['a', 'b'])).toThrow('does not know what to do with "b"')
  expect(() => parseFlags(commands.inpaint, ['--mask', 'm.png'])).toThrow('needs PHOTO')
})

it.each([
  [['--mask', 'm.png', '--other-sizes', 'crop'], 'Expected skip or scale for other-sizes but received "crop".'],
  [['--mask-preset', 'left', '--other-sizes', 'skip'], '--other-sizes goes with --mask FILE.'],
])('refuses %j', (flags, message) => {
  expect(() => maskOf(parseFlags(commands.inpaint, ['a.png', ...flags]), '/in')).toThrow(message)
})

it('says which refinement it is at', () => {
  const at = { step: 3, steps: 10, calls: 3, callsTotal: 10, callsPerSecond: 0, secondsLeft: Infinity }
  expect(described({ ...at, refinement: { number: 2, of: 3 } })).toBe('refinement 2 of 3, step 3 of 10')
  // Of the first fill there is nothing to say.
  expect(described({ ...at, refinement: { number: 0, of: 3 } })).toBe('step 3 of 10')
})
