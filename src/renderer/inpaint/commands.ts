import { editorCommands } from '../editor/keys.ts'
import { tabled } from '../state/command-table.ts'
import type { Command } from '../state/commands.ts'
import { appStore } from '../state/store.ts'
import { type Fill, fillJobs, fillsOf, keyOf } from './fills.ts'
import { comparedFills } from './heat.ts'
import { reject } from './FillStrip.tsx'
import { askToSave } from './saving.ts'
import { askForMany } from './ManyDialog.tsx'
import { maskFileCommands } from './mask-files.ts'
import { maskTools } from './mask-tools.ts'
import { continueFrom, mark, type OpenPhoto, pick, session } from './session.ts'

type DoneFill = Extract<Fill, { kind: 'done' }>

/** Everything this screen does by name or key, beside the editor's own. */
export function inpaintCommands(
  open: OpenPhoto | null,
  hands: { readonly fill: () => void; readonly openFile: () => void },
): readonly Command[] {
  const done = () => (open === null ? [] : fillsNow(open).filter((fill): fill is DoneFill => fill.kind === 'done'))
  const chosen = () => {
    const { picked } = session.getState()
    return picked === null ? undefined : done().find((fill) => keyOf(fill) === keyOf(picked))
  }
  const withChosen = (action: (fill: DoneFill) => void) => () => {
    const fill = chosen()
    if (fill !== undefined) action(fill)
  }
  const step = (by: 1 | -1) => () => {
    const all = done()
    const now = chosen()
    const at = now === undefined ? -1 : all.findIndex((fill) => keyOf(fill) === keyOf(now))
    const next = all.at(at < 0 ? (by > 0 ? 0 : -1) : (at + by) % all.length)
    if (next !== undefined) pick(next)
  }
  const opening = tabled('inpaint.open', hands.openFile, { whileTyping: true })
  if (open === null) return [opening]
  return [
    opening,
    ...editorCommands(open.editor, () => maskTools.getState().growth),
    ...maskFileCommands(open),
    tabled('inpaint.fill', hands.fill, { whileTyping: true }),
    tabled('inpaint.next', step(1)),
    tabled('inpaint.previous', step(-1)),
    tabled(
      'inpaint.keep',
      withChosen((fill) => mark(fill, 'kept')),
    ),
    tabled('inpaint.reject', withChosen(reject)),
    tabled('inpaint.many', askForMany),
    tabled('inpaint.heat', () =>
      session.setState(({ heat, kept, picked }) => ({ heat: !heat && comparedFills(fillsNow(open), kept, picked).length > 1 })),
    ),
    tabled('inpaint.save', withChosen(askToSave)),
    tabled(
      'inpaint.continue',
      withChosen((fill) => void continueFrom(fill)),
    ),
    tabled('inpaint.mask', () => pick(null)),
  ]
}

function fillsNow(open: OpenPhoto): readonly Fill[] {
  const { jobs, order, previews } = appStore.getState()
  return fillsOf(fillJobs(jobs, order, open.photo.id), previews, session.getState().rejected)
}
