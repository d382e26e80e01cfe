import { protocol } from 'electron'

/**
 * [Note: late] A scheme of one's own gets its rights only before `ready`. Electron itself waits for a program's entry; launchers that load
 * it asynchronously may come later. Then the studio answers in place of https for a host that cannot exist (RFC 2606), which needs no rights:
 * the handler takes every https request of the session, so still nothing reaches the network.
 */
export const lateMark = 'PALIMPSEST_LOADED_LATE'
const late = process.env[lateMark] === '1'

/** The window's own address: `app://studio/`. */
export const scheme = late ? 'https' : 'app'
export const origin = late ? 'https://studio.invalid' : 'app://studio'

export function isStudio(url: string): boolean {
  return url.startsWith(`${origin}/`)
}

/** Before `ready`. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true }
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges }])
}
