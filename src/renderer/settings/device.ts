import type { GenerateRequest } from '../../shared/request.ts'
import { change as changeCompare, compareStore } from '../compare/session.ts'
import { change } from '../state/generate.ts'
import { setPreference } from '../state/preferences.ts'

/** The device for every screen: what each was set to before gives way, and each may be set to another again. */
export async function preferDevice(device: GenerateRequest['device']): Promise<void> {
  setPreference('device', device)
  change({ device })
  const { draft } = compareStore.getState()
  changeCompare({ generate: { ...draft.generate, device }, fill: { ...draft.fill, device } })
  // With its editor, which is loaded with it when it is first wanted.
  const { changeDraft } = await import('../inpaint/session.ts')
  changeDraft({ device })
}
