import { bridge, call } from '../state/client.ts'
import { tabled } from '../state/command-table.ts'
import type { Command } from '../state/commands.ts'
import { goTo, setPreference } from '../state/preferences.ts'
import { attempt } from '../state/store.ts'

export type FrameDialog = 'palette' | 'shortcuts' | 'about'

/** What can be done on every screen. */
export function frameCommands(open: (dialog: FrameDialog) => void, door: 'electron' | 'serve'): readonly Command[] {
  return [
    tabled('go-generate', () => goTo('generate')),
    tabled('go-inpaint', () => goTo('inpaint')),
    tabled('go-compare', () => goTo('compare')),
    tabled('go-gallery', () => goTo('gallery')),
    tabled('settings', () => goTo('settings')),
    tabled('palette', () => open('palette'), { whileTyping: true }),
    tabled('shortcuts', () => open('shortcuts')),
    tabled('about', () => open('about')),
    tabled('full-screen', toggleFullScreen, { whileTyping: true }),
    ...(door === 'electron' ? [tabled('quit', () => attempt(() => call('shellAct', { do: 'quit' })), { whileTyping: true })] : []),
    tabled('theme-dark', () => setPreference('theme', 'dark')),
    tabled('theme-light', () => setPreference('theme', 'light')),
    tabled('theme-contrast', () => setPreference('theme', 'contrast')),
    tabled('theme-system', () => setPreference('theme', 'system')),
  ]
}

/** The whole window in the app; the page in a browser, which asks for the user's own key or click. */
function toggleFullScreen(): void {
  attempt(async () => {
    if (bridge().door === 'electron') await call('shellAct', { do: 'full-screen' })
    else if (document.fullscreenElement !== null) await document.exitFullscreen()
    else await document.documentElement.requestFullscreen()
  })
}
