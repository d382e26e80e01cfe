import { protocol } from 'electron'

/** The window's own scheme: `app://studio/`. */
export const scheme = 'app'
export const origin = `${scheme}://studio`

export function isStudio(url: string): boolean {
  return url.startsWith(`${origin}/`)
}

/** Before `ready`. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true }
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }])
}
