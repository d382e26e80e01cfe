import { describe, expect, test } from 'vitest'
import {
  allowedNames,
  cookieValue,
  hostAllowed,
  isLoopback,
  lengthAllowed,
  originAllowed,
  reachableAt,
  sameSecret,
  tokenOf,
} from '../../src/cli/serve/security.ts'
import { contentSecurityPolicy, withNonce } from '../../src/shared/csp.ts'

const machine = { name: 'Studio', addresses: ['192.168.1.5', 'fd00::7'] }

describe('the Host of a request', () => {
  const local = allowedNames('127.0.0.1', machine)

  test.each(['127.0.0.1:4870', 'localhost:4870', 'LOCALHOST:9', 'localhost', '[::1]:4870'])(
    '%s is ours, through a tunnel as well',
    (host) => {
      expect(hostAllowed(host, local)).toBe(true)
    },
  )

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:4870',
    'localhost.evil.example',
    '127.0.0.1.nip.io:4870',
    'localhost:4870@evil.example',
    'localhost:4870, evil',
    '127.0.0.1:',
    '192.168.1.5:4870',
    'studio',
    'localhost/..',
    'localhost:123456',
    '[::1',
  ])('%s is not', (host) => {
    expect(hostAllowed(host, local)).toBe(false)
  })

  test('may be any address of this machine, or its name, when all are listened on', () => {
    const all = allowedNames('0.0.0.0', machine)
    for (const host of ['192.168.1.5:1', '[fd00::7]:1', 'studio:1', 'Studio.local:1', 'localhost:1'])
      expect([host, hostAllowed(host, all)]).toEqual([host, true])
    for (const host of ['192.168.1.6:1', 'studio.evil.example:1', '0.0.0.0:1'])
      expect([host, hostAllowed(host, all)]).toEqual([host, false])
    expect(reachableAt('0.0.0.0', machine.addresses)).toEqual(['192.168.1.5', '[fd00::7]', '127.0.0.1'])
  })
})

test('an Origin is this very address or refused, and so is none', () => {
  expect(originAllowed('http://localhost:4870', 'localhost:4870')).toBe(true)
  for (const origin of [
    undefined,
    'null',
    '',
    'http://localhost:3000',
    'https://localhost:4870',
    'http://localhost',
    'http://evil.example',
    'http://localhost:48700',
  ]) {
    expect([origin, originAllowed(origin, 'localhost:4870')]).toEqual([origin, false])
  }
})

test('a secret is itself and nothing else', () => {
  expect(sameSecret('abc', 'abc')).toBe(true)
  for (const given of [undefined, '', 'ab', 'abcd', 'abC']) expect([given, sameSecret(given, 'abc')]).toEqual([given, false])
  expect(sameSecret(undefined, '')).toBe(false)
})

test('a cookie counts once, by its whole name', () => {
  expect(cookieValue('a=1; palimpsest-80=key; b=2', 'palimpsest-80')).toBe('key')
  for (const header of [undefined, '', 'xpalimpsest-80=key', 'palimpsest-8=key', 'palimpsest-80=key; palimpsest-80=other']) {
    expect([header, cookieValue(header, 'palimpsest-80')]).toEqual([header, undefined])
  }
})

test('a token is a text under its name', () => {
  expect(tokenOf({ token: 't' })).toBe('t')
  for (const body of [null, 't', {}, { token: 1 }, { token: ['t'] }, [{ token: 't' }]]) expect(tokenOf(body)).toBeUndefined()
})

test('a declared length is a number within the cap', () => {
  for (const declared of [undefined, '0', '100']) expect([declared, lengthAllowed(declared, 100)]).toEqual([declared, true])
  for (const declared of ['101', '2147483648', '-1', '1e2', 'abc', '', '99999999999999999999'])
    expect([declared, lengthAllowed(declared, 100)]).toEqual([declared, false])
})

test('loopback is this machine alone', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) expect([host, isLoopback(host)]).toEqual([host, true])
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'evil'])
    expect([host, isLoopback(host)]).toEqual([host, false])
})

describe('the content security policy', () => {
  const nonce = 'AAAAAAAAAAAAAAAAAAAAAA=='

  test('starts closed and opens only what the screens need', () => {
    const policy = new Map(
      contentSecurityPolicy({ nonce, connect: ['ws://localhost:4870'] })
        .split('; ')
        .map((directive): [string, string] => [directive.split(' ', 1)[0] ?? '', directive.slice(directive.indexOf(' ') + 1)]),
    )
    expect(policy.get('default-src')).toBe("'none'")
    expect(policy.get('script-src')).toBe("'self'")
    expect(policy.get('style-src')).toBe(`'self' 'nonce-${nonce}'`)
    expect(policy.get('connect-src')).toBe("'self' ws://localhost:4870")
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(policy.get(name)).toBe("'none'")
    expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|https?:/)
  })

  test('names a source once', () => {
    expect(contentSecurityPolicy({ nonce, connect: ["'self'"] })).toContain("connect-src 'self';")
  })

  test.each(['short', "AAAAAAAAAAAAAAAAAAAAAA'; script-src *", '', `${nonce}x`])('refuses the nonce %j', (bad) => {
    expect(() => contentSecurityPolicy({ nonce: bad, connect: [] })).toThrow(RangeError)
  })

  test.each(['a b', 'a;b', '', 'a,b'])('refuses the source %j', (bad) => {
    expect(() => contentSecurityPolicy({ nonce, connect: [bad] })).toThrow(RangeError)
  })

  test('leaves its nonce in the page', () => {
    expect(withNonce('<html><head><title>P</title></head></html>', nonce)).toBe(
      `<html><head><title>P</title><meta name="csp-nonce" content="${nonce}"></head></html>`,
    )
    expect(() => withNonce('<html></html>', nonce)).toThrow(RangeError)
  })
})
