import { useEffect, useMemo } from 'react'
import type { MenuBar } from '../../shared/shell.ts'
import { useWords, words } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { useCommandLists } from '../state/commands.ts'
import { useDocument } from '../state/frame.ts'
import { openInInpaint } from '../state/inpaint-door.ts'
import { usePhotos } from '../state/photos.ts'
import { usePreference } from '../state/preferences.ts'
import { runCommand } from '../state/reach.ts'
import { menuBarOf } from './menu.ts'

/** Keeps the system's menus as they ought to be, and does what is chosen there. Answers the menus for a door that draws them itself. */
export function useShell(): MenuBar {
  const t = useWords()
  const lists = useCommandLists()
  const screen = usePreference('screen')
  // Another photograph is on the table.
  const { photos } = usePhotos(useDocument())
  const { door } = bridge()
  const bar = useMemo(() => menuBarOf({ lists, screen, door }, photos, t), [lists, screen, door, photos, t])
  // While screens change places their commands come and go; only what the menus then say is told.
  const said = JSON.stringify(bar)
  useEffect(() => {
    if (door !== 'electron') return
    // The bar that stands stays: a window that is closing has nobody to tell.
    call('shellMenu', JSON.parse(said) as MenuBar).catch(() => undefined)
  }, [door, said])
  useEffect(
    () =>
      bridge().subscribe((event) => {
        if (event.kind === 'chosen') choose(event.command)
        else if (event.kind === 'chosen-photo') choosePhoto(event.photo)
      }),
    [],
  )
  return bar
}

/** A dialog has the window to itself: what a menu offers beside it waits until it is closed. */
const busy = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"]') !== null

const always = new Set(['quit', 'full-screen'])

/** Undo in a field that is written in is the field's own. */
const inField: Readonly<Record<string, string>> = { 'mask.undo': 'undo', 'mask.redo': 'redo', 'mask.redo-y': 'redo' }

export function choose(id: string): void {
  const own = inField[id]
  if (own !== undefined && document.activeElement?.matches('input[type="text"], input:not([type]), textarea') === true)
    // The one way to a field's own history.
    document.execCommand(own)
  else if (!busy() || always.has(id)) runCommand(id, words())
}

export function choosePhoto(id: string): void {
  if (!busy()) openInInpaint(id)
}
