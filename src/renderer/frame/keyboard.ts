import { type Command, commandFor, commandStore } from '../state/commands.ts'

/** Finds the command of a key and runs it. Returns what stops listening. */
export function listenToKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const command = event.defaultPrevented ? undefined : commandOf(event)
    if (command === undefined) return
    event.preventDefault()
    // A key that is held must not throw one after another away.
    if (event.repeat && event.key === 'Delete') return
    command.run()
  }
  // Ctrl+Enter runs wherever the focus is: before a list, say, takes the Enter for itself and opens.
  const onKeyDownFirst = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || commandOf(event)?.whileTyping !== true) return
    event.stopPropagation()
    onKeyDown(event)
  }
  window.addEventListener('keydown', onKeyDownFirst, true)
  window.addEventListener('keydown', onKeyDown)
  return () => {
    window.removeEventListener('keydown', onKeyDownFirst, true)
    window.removeEventListener('keydown', onKeyDown)
  }
}

function commandOf(event: KeyboardEvent): Command | undefined {
  if (event.isComposing) return undefined
  // A dialog has the keys to itself; it brings its own commands as React handlers.
  if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return undefined
  // AltGr, with which many keyboards write [ and @, arrives as Ctrl and Alt on Windows.
  const writes = event.getModifierState('AltGraph')
  return commandFor(commandStore.getState().lists, {
    key: event.key,
    ctrl: (event.ctrlKey || event.metaKey) && !writes,
    shift: event.shiftKey,
    alt: event.altKey && !writes,
    typing: takesText(event.target instanceof Element ? event.target : null),
  })
}

function takesText(target: Element | null): boolean {
  if (target === null) return false
  if (target instanceof HTMLInputElement) return !['range', 'radio', 'checkbox', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable)
}
