import type { Editor } from './editor.ts'
import type { PointerSample } from './gestures.ts'
import { outlineKey } from './outline.ts'
import type { Point } from './view.ts'

/** Turns what the DOM says of pointer, wheel and held keys into the editor's events. Returns what stops it. */
export function listenToHands(box: HTMLElement, editor: Editor, onLeave: () => void): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const on = <K extends keyof HTMLElementEventMap>(name: K, handler: (event: HTMLElementEventMap[K]) => void, passive = true) =>
    box.addEventListener(name, handler, { signal, passive })

  let corner = box.getBoundingClientRect()
  const at = (event: MouseEvent): Point => ({ x: event.clientX - corner.left, y: event.clientY - corner.top })
  // A mouse reports 0.5 for a pressed button: only a pen has a pressure of its own.
  const pressure = (event: PointerEvent) => (event.pointerType === 'pen' && event.pressure > 0 ? event.pressure : 1)
  const sample = (event: PointerEvent): PointerSample => ({ at: at(event), pressure: pressure(event) })

  on(
    'pointerdown',
    (event) => {
      if (event.target instanceof Element && event.target.closest('[data-over-canvas]') !== null) return
      corner = box.getBoundingClientRect()
      // A stroke is no walk by keys: the ring round the canvas would frame the picture for as long as it is painted on.
      box.dataset['byPointer'] = 'true'
      box.focus({ preventScroll: true })
      box.setPointerCapture(event.pointerId)
      const { pointerId: pointer, button, shiftKey: shift, altKey: alt } = event
      editor.dispatch({
        kind: 'down',
        pointer,
        ...sample(event),
        button,
        shift,
        alt,
        ctrl: event.ctrlKey || event.metaKey,
        touch: event.pointerType === 'touch',
      })
      event.preventDefault()
    },
    false,
  )
  on('pointermove', (event) => {
    if (editor.state().gesture.kind === 'idle') corner = box.getBoundingClientRect()
    const coalesced = event.getCoalescedEvents()
    const samples = (coalesced.length > 0 ? coalesced : [event]).map(sample)
    editor.dispatch({ kind: 'move', pointer: event.pointerId, samples, shift: event.shiftKey })
  })
  const up = (event: PointerEvent) => editor.dispatch({ kind: 'up', pointer: event.pointerId })
  on('pointerup', up)
  on('pointercancel', (event) => editor.dispatch({ kind: 'up', pointer: event.pointerId, cancelled: true }))
  on('lostpointercapture', up)
  on('dblclick', () => editor.dispatch({ kind: 'close' }))
  on('pointerleave', () => editor.dispatch({ kind: 'leave' }))
  on('contextmenu', (event) => event.preventDefault(), false)
  on(
    'wheel',
    (event) => {
      event.preventDefault()
      corner = box.getBoundingClientRect()
      // Lines and pages become pixels; a pinch on a touch pad arrives as a small delta with Ctrl.
      const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1)
      editor.dispatch({ kind: 'wheel', at: at(event), delta: event.ctrlKey && event.deltaMode === 0 ? pixels * 4 : pixels })
    },
    false,
  )

  on(
    'keydown',
    (event) => {
      delete box.dataset['byPointer']
      const outline = event.ctrlKey || event.altKey || event.metaKey ? undefined : outlineKey(editor.state(), event.key)
      if (outline !== undefined) {
        editor.dispatch({ kind: outline })
        event.preventDefault()
        return
      }
      if (event.key === 'Tab' && !event.shiftKey && !event.ctrlKey && !event.altKey) {
        editor.dispatch({ kind: 'original', held: true })
        event.preventDefault()
      } else if (event.key === ' ') {
        editor.dispatch({ kind: 'space', held: true })
        event.preventDefault()
      } else if (event.key === 'Escape' || event.key === 'F6') {
        event.preventDefault()
        onLeave()
      } else if (event.key.startsWith('Arrow') && !event.ctrlKey && !event.altKey) {
        const step = event.shiftKey ? 200 : 40
        const x = event.key === 'ArrowLeft' ? step : event.key === 'ArrowRight' ? -step : 0
        const y = event.key === 'ArrowUp' ? step : event.key === 'ArrowDown' ? -step : 0
        editor.dispatch({ kind: 'pan', by: { x, y } })
        event.preventDefault()
      }
    },
    false,
  )
  const release = () => {
    editor.dispatch({ kind: 'original', held: false })
    editor.dispatch({ kind: 'space', held: false })
  }
  // Released anywhere, or with the window gone, counts as released.
  window.addEventListener(
    'keyup',
    (event) => {
      if (event.key === 'Tab' || event.key === '\\') editor.dispatch({ kind: 'original', held: false })
      if (event.key === ' ') editor.dispatch({ kind: 'space', held: false })
    },
    { signal },
  )
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key === '\\' && !event.ctrlKey && !event.altKey && !isTyping(event.target))
        editor.dispatch({ kind: 'original', held: true })
    },
    { signal },
  )
  window.addEventListener('blur', release, { signal })
  on('blur', release)
  return () => controller.abort()
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
