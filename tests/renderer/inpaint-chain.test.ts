import { describe, expect, test } from 'vitest'
import { parseDesk } from '../../src/shared/desk.ts'
import { deskOf } from '../../src/renderer/inpaint/desk.ts'
import { continuedName } from '../../src/renderer/inpaint/session.ts'

describe('a fill that is taken to go on with', () => {
  test.each([
    ['harbour.jpg', 'harbour (filled)'],
    ['harbour (filled).png', 'harbour (filled 2)'],
    ['harbour (filled 2).png', 'harbour (filled 3)'],
    ['a.b (final).tif', 'a.b (final) (filled)'],
    ['noname', 'noname (filled)'],
  ])('of %s is called %s', (name, next) => expect(continuedName(name)).toBe(next))

  test('keeps what it continues in its desk, whatever else is said there later', () => {
    const from = { photo: '0123456789abcdef', picture: { job: 'job-1', image: 2 } }
    const marks = { kept: new Set<string>(['job-1/0']), rejected: new Set<string>() }
    expect(parseDesk(JSON.parse(JSON.stringify(deskOf(null, marks, from))))).toMatchObject({
      from,
      kept: [{ job: 'job-1', image: 0 }],
    })
    expect(deskOf(null, marks)).not.toHaveProperty('from')
  })
})
