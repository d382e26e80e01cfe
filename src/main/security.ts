import { session, type CommandLine, type WebContents } from 'electron'
import { isStudio, origin } from './scheme.ts'

/**
 * [Note: closed] The window shows our own pages and nothing else. Chromium is told to open no connection of its own, every request that is
 * not the program's is cancelled, and whatever a page may ask of the browser (permissions, windows, downloads, navigation) is refused.
 */

/** Chromium's own reasons to reach for the network, one switch each; the last two close the door for what was forgotten. */
const switches: readonly (readonly [string, string?])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-default-apps'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['disable-breakpad'],
  ['no-pings'],
  ['no-first-run'],
  ['dns-prefetch-disable'],
  [
    'disable-features',
    [
      'AutofillServerCommunication',
      'CertificateTransparencyComponentUpdater',
      'DialMediaRouteProvider',
      'MediaRouter',
      'NetworkTimeServiceQuerying',
      'OptimizationHints',
      'SpareRendererForSitePerProcess',
      'Translate',
    ].join(','),
  ],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
  ['no-proxy-server'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
]

/** Before `ready`. */
export function silenceChromium(commandLine: CommandLine): void {
  for (const [name, value] of switches) {
    if (value === undefined) commandLine.appendSwitch(name)
    else commandLine.appendSwitch(name, value)
  }
}

/** Inner resources of a page of ours, and the developer tools' own files. */
function mayLoad(url: string): boolean {
  return isStudio(url) || url.startsWith(`blob:${origin}/`) || url.startsWith('data:') || url.startsWith('devtools://')
}

/** After `ready`, before the first window. */
export function closeSession(): void {
  const own = session.defaultSession
  own.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url) }))
  own.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  own.setPermissionCheckHandler(() => false)
  own.setDevicePermissionHandler(() => false)
  own.on('will-download', (event) => event.preventDefault())
}

export function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
    contents.on(name as 'will-navigate', (event) => {
      if (!isStudio(event.url)) event.preventDefault()
    })
  }
}
