/**
 * The Content-Security-Policy of the screens: one string for Electron (on its own scheme) and for serve.
 *
 * Everything starts closed. Scripts come from the program's own files only. Mantine writes `<style>` elements, so a style needs either
 * to be a file or to carry the response's nonce; inline style attributes are set through the CSSOM, which a policy does not touch.
 */
export interface CspOptions {
  /** Fresh for every response: at least 128 random bits in base64 or base64url. The page reads it from `<meta name="csp-nonce">`. */
  readonly nonce: string
  /** What scripts may connect to beside 'self'; for serve its own WebSocket address, for browsers that do not count it as 'self'. */
  readonly connect: readonly string[]
}

const nonceForm = /^[A-Za-z0-9+/_-]{22,}={0,2}$/

/** Throws a RangeError on a nonce or source that could end a directive early or begin another. */
export function contentSecurityPolicy({ nonce, connect }: CspOptions): string {
  if (!nonceForm.test(nonce)) throw new RangeError('A CSP nonce is at least 22 characters of base64.')
  const bad = connect.find((source) => !/^[^\s;,]+$/.test(source))
  if (bad !== undefined) throw new RangeError(`"${bad}" is no single CSP source.`)
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    // Vite inlines very small font subsets as data: URLs.
    "font-src 'self' data:",
    `connect-src ${[...new Set(["'self'", ...connect])].join(' ')}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Puts the nonce where the page's style engine finds it. Throws when the page has no `</head>`. */
export function withNonce(html: string, nonce: string): string {
  const at = html.indexOf('</head>')
  if (at < 0) throw new RangeError('The page has no </head> to put the nonce before.')
  return `${html.slice(0, at)}<meta name="csp-nonce" content="${nonce}">${html.slice(at)}`
}
