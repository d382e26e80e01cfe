import { app, BrowserWindow, Notification, shell } from 'electron'
import type { ApiHandlers } from '../shared/api.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { showMenuBar } from './menu.ts'
import { createMessages } from './messages.ts'
import type { OpenWith } from './open-with.ts'
import { showWindow } from './window.ts'

type ShellName = 'shellMenu' | 'shellMessage' | 'shellAct' | 'shellFolder' | 'shellOpenWith'

/** What the window asks of the system round it. */
export function shellHandlers(dataFolder: string, files: OpenWith): Pick<ApiHandlers, ShellName> {
  return {
    shellMenu(bar) {
      showMenuBar(bar)
      return Promise.resolve(null)
    },
    shellMessage(message) {
      tell(message)
      return Promise.resolve(null)
    },
    async shellAct({ do: act }) {
      switch (act) {
        case 'full-screen': {
          const [window] = BrowserWindow.getAllWindows()
          window?.setFullScreen(!window.isFullScreen())
          break
        }
        case 'quit':
          app.quit()
          break
        case 'show-data': {
          const problem = await shell.openPath(dataFolder)
          if (problem !== '') throw new PalimpsestError('request', `The folder ${dataFolder} could not be shown.`, problem)
        }
      }
      return null
    },
    shellFolder: () => Promise.resolve({ folder: dataFolder }),
    async shellOpenWith({ on }) {
      if (on !== undefined) await files.set(on)
      return files.state()
    },
  }
}

const show = createMessages((message: { readonly title: string; readonly body: string }) => new Notification(message), showWindow)

function tell({ title, body }: { readonly title: string; readonly body: string }): void {
  if (Notification.isSupported()) show({ title, body })
}
