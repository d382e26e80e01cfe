import { lazy, type ComponentType } from 'react'
import { IconAdjustmentsHorizontal, IconBrush, IconColumns3, IconLayoutGrid, IconSparkles } from '@tabler/icons-react'
import { GenerateScreen } from '../generate/GenerateScreen.tsx'
import type { CommandId } from '../state/command-table.ts'
import { preferencesStore, type ScreenName } from '../state/preferences.ts'

/**
 * Every screen: how it is drawn and which command leads to it. A new one is a name in state/preferences.ts, a line here, its words in i18n and
 * its commands in state/command-table.ts; whatever is forgotten is a type error. Its Inspector and drawing library are loaded when they are
 * first wanted, but for the screen that a first start shows.
 */
export interface ScreenEntry {
  readonly Icon: typeof IconBrush
  readonly command: CommandId
  readonly Screen: ComponentType
}

const loads = {
  inpaint: async () => ({ default: (await import('../inpaint/InpaintScreen.tsx')).InpaintScreen }),
  compare: async () => ({ default: (await import('../compare/CompareScreen.tsx')).CompareScreen }),
  gallery: async () => ({ default: (await import('../gallery/GalleryScreen.tsx')).GalleryScreen }),
  settings: async () => ({ default: (await import('../settings/SettingsScreen.tsx')).SettingsScreen }),
}

/** The one that is shown first is read beside the frame, not after it. Where that fails, whoever draws it says so. */
const first = preferencesStore.getState().screen
if (first !== 'generate') loads[first]().catch(() => undefined)

export const screenTable: Readonly<Record<ScreenName, ScreenEntry>> = {
  generate: { Icon: IconSparkles, command: 'go-generate', Screen: GenerateScreen },
  inpaint: {
    Icon: IconBrush,
    command: 'go-inpaint',
    Screen: lazy(loads.inpaint),
  },
  compare: {
    Icon: IconColumns3,
    command: 'go-compare',
    Screen: lazy(loads.compare),
  },
  gallery: {
    Icon: IconLayoutGrid,
    command: 'go-gallery',
    Screen: lazy(loads.gallery),
  },
  settings: {
    Icon: IconAdjustmentsHorizontal,
    command: 'settings',
    Screen: lazy(loads.settings),
  },
}
