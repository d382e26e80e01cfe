import { useLayoutEffect } from 'react'
import { PalimpsestError } from '../../shared/errors.ts'
import { words } from '../i18n/index.ts'
import { openFile, session } from './session.ts'

function firstFile(list: FileList | undefined): File | undefined {
  return list?.[0]
}

/** A file dropped anywhere on the screen, or pasted, is opened. What holds no file is said so, once. */
export function useFiles(place: React.RefObject<HTMLElement | null>): void {
  // Before it is to be seen: what is dropped at once is taken too.
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const controller = new AbortController()
    const { signal } = controller
    const hover = (event: DragEvent) => {
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
      element.dataset['dropping'] = 'true'
    }
    element.addEventListener('dragenter', hover, { signal })
    element.addEventListener('dragover', hover, { signal })
    element.addEventListener(
      'dragleave',
      (event) => {
        if (!(event.relatedTarget instanceof Node && element.contains(event.relatedTarget))) delete element.dataset['dropping']
      },
      { signal },
    )
    element.addEventListener(
      'drop',
      (event) => {
        event.preventDefault()
        delete element.dataset['dropping']
        const file = firstFile(event.dataTransfer?.files)
        if (file === undefined) {
          const error = new PalimpsestError('request', words().inpaint.problems.noFile)
          session.setState({ error: { code: error.code, message: error.message } })
        } else void openFile(file)
      },
      { signal },
    )
    window.addEventListener(
      'paste',
      (event) => {
        const file = firstFile(event.clipboardData?.files)
        if (file !== undefined) void openFile(file)
      },
      { signal },
    )
    return () => controller.abort()
  }, [place])
}
