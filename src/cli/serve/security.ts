import { createHash, timingSafeEqual } from 'node:crypto'
import { isIPv6 } from 'node:net'

/**
 * Who may talk to serve: pure checks on what a request says of itself. [Note: who may ask]
 *
 * - Host: a page of another site can point its own name at 127.0.0.1 (DNS rebinding); its requests then carry its name, and are refused.
 *   The port is not compared: an SSH tunnel ends at another one, and a browser never lies about the name.
 * - Origin: every POST and the WebSocket upgrade must come from a page of this very address. Absent is refused too.
 * - Cookie: every call, resource and event needs the session, which is had for the token alone.
 */

/** A header as Node gives it: one value, or none. */
export type Header = string | undefined

/** `127.0.0.1:4870`, `localhost`, `[::1]:80` -> the lower-case name without port; undefined for anything else. */
export function hostName(host: Header): string | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?$/.exec((host ?? '').toLowerCase())
  return parts?.[1]
}

export function hostAllowed(host: Header, names: ReadonlySet<string>): boolean {
  const name = hostName(host)
  return name !== undefined && names.has(name)
}

/** Only plain http: serve speaks nothing else. The comparison is with the Host of the same request, which has been checked. */
export function originAllowed(origin: Header, host: Header): boolean {
  return origin !== undefined && host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
export function sameSecret(given: string | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given ?? ''), digest(secret)) && given !== undefined
}

/** The value of one cookie of a Cookie header; undefined when it is absent or there twice. */
export function cookieValue(header: Header, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? values[0] : undefined
}

export function sessionCookie(name: string, value: string): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict`
}

/** What may come after `POST /session`: { "token": "…" }. */
export function tokenOf(body: unknown): string | undefined {
  if (typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string') return body.token
  return undefined
}

/** A declared length over the cap, or one that is no number: refused before a byte is read. */
export function lengthAllowed(declared: Header, cap: number): boolean {
  if (declared === undefined) return true
  return /^[0-9]{1,15}$/.test(declared) && Number(declared) <= cap
}

const loopback = ['127.0.0.1', 'localhost', '[::1]']
const anywhere = new Set(['0.0.0.0', '::', '[::]'])

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.[0-9]+\.[0-9]+\.[0-9]+$/.test(host)
}

/**
 * The names a request may ask for: the loopback names (an SSH tunnel), the address listened on, and where that means every address of
 * this machine, all of those and its own name.
 */
export function allowedNames(
  host: string,
  machine: { readonly name: string; readonly addresses: readonly string[] },
): ReadonlySet<string> {
  const named = anywhere.has(host) ? [...machine.addresses, machine.name, `${machine.name}.local`] : [host]
  return new Set([...loopback, ...named.map(inUrl)])
}

/** An address as it stands in a URL and in Host: IPv6 in brackets. */
export function inUrl(address: string): string {
  return (isIPv6(address) ? `[${address}]` : address).toLowerCase()
}

/** The addresses under which `host` can be reached, best first, for the printed URL. */
export function reachableAt(host: string, addresses: readonly string[]): readonly string[] {
  return anywhere.has(host) ? [...addresses, '127.0.0.1'].map(inUrl) : [inUrl(host)]
}
