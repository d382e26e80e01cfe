import { editorCommands } from '../editor/keys.ts'
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
  const opening: Command = {
    id: 'inpaint.open',
    label: 'Open a photograph',
    group: 'Inpaint',
    keys: 'Ctrl+O',
    whileTyping: true,
    run: hands.openFile,
  }
  if (open === null) return [opening]
  return [
    opening,
    ...editorCommands(open.editor, () => maskTools.getState().growth),
    ...maskFileCommands(open),
    { id: 'inpaint.fill', label: 'Fill', group: 'Inpaint', keys: 'Ctrl+Enter', whileTyping: true, run: hands.fill },
    { id: 'inpaint.next', label: 'Next fill', group: 'Inpaint', keys: 'N', run: step(1) },
    { id: 'inpaint.previous', label: 'Previous fill', group: 'Inpaint', keys: 'Shift+N', run: step(-1) },
    { id: 'inpaint.keep', label: 'Keep the fill', group: 'Inpaint', keys: 'K', run: withChosen((fill) => mark(fill, 'kept')) },
    { id: 'inpaint.reject', label: 'Reject the fill', group: 'Inpaint', keys: 'Delete', run: withChosen(reject) },
    { id: 'inpaint.many', label: 'Fill other photographs with this mask', group: 'Inpaint', run: askForMany },
    {
      id: 'inpaint.heat',
      label: 'Show how much the fills differ',
      group: 'Inpaint',
      keys: 'D',
      run: () =>
        session.setState(({ heat, kept, picked }) => ({ heat: !heat && comparedFills(fillsNow(open), kept, picked).length > 1 })),
    },
    { id: 'inpaint.save', label: 'Save the fill', group: 'Inpaint', keys: 'Ctrl+S', run: withChosen(askToSave) },
    {
      id: 'inpaint.continue',
      label: 'Continue from the fill',
      group: 'Inpaint',
      run: withChosen((fill) => void continueFrom(fill)),
    },
    { id: 'inpaint.mask', label: 'Back to the mask', group: 'Inpaint', keys: 'M', run: () => pick(null) },
  ]
}

function fillsNow(open: OpenPhoto): readonly Fill[] {
  const { jobs, order, previews } = appStore.getState()
  return fillsOf(fillJobs(jobs, order, open.photo.id), previews, session.getState().rejected)
}
