import { commandFor, commandStore } from '../state/commands.ts'

/** The window's one key listener: finds the command and runs it. Returns what stops it. */
export function listenToKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    const target = event.target instanceof Element ? event.target : null
    // A dialog has the keys to itself; it brings its own commands as React handlers.
    if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return
    // AltGr, with which many keyboards write [ and @, arrives as Ctrl and Alt on Windows.
    const writes = event.getModifierState('AltGraph')
    const command = commandFor(commandStore.getState().lists, {
      key: event.key,
      ctrl: (event.ctrlKey || event.metaKey) && !writes,
      shift: event.shiftKey,
      alt: event.altKey && !writes,
      typing: takesText(target),
    })
    if (command === undefined) return
    event.preventDefault()
    command.run()
  }
  window.addEventListener('keydown', onKeyDown)
  return () => window.removeEventListener('keydown', onKeyDown)
}

function takesText(target: Element | null): boolean {
  if (target === null) return false
  if (target instanceof HTMLInputElement) return !['range', 'radio', 'checkbox', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable)
}
