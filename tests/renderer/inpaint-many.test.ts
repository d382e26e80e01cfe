import { expect, it } from 'vitest'
import { askedWords, leftOut } from '../../src/renderer/inpaint/many.ts'

const [small, wide, grey] = ['small.png is 5 x 4 pixels.', 'wide.png is 9 x 4 pixels.', 'It knows only grey.']

it('what was left out of many photographs is one message', () => {
  expect(askedWords(3, [])).toBe('3 fills asked for: look at each photograph for its own.')
  expect(askedWords(1, [small])).toBe(
    '1 fill asked for: look at each photograph for its own. 1 photograph left out: small.png is 5 x 4 pixels.',
  )
})

it('says a shared reason once, two that differ, and of more how many they are', () => {
  expect(leftOut([grey, grey, grey])).toBe('3 photographs left out: It knows only grey.')
  expect(leftOut([grey, small, grey])).toBe('3 photographs left out: It knows only grey. small.png is 5 x 4 pixels.')
  expect(leftOut([grey, small, wide, grey])).toBe(
    '4 photographs left out: It knows only grey. small.png is 5 x 4 pixels. And 1 more.',
  )
})
