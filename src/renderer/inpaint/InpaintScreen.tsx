import { EmptyState } from '../ui/EmptyState.tsx'
import { Screen } from '../ui/Screen.tsx'

export function InpaintScreen() {
  return <Screen label="Inpaint" main={<EmptyState title="Inpaint">Being laid.</EmptyState>} inspector={null} />
}
