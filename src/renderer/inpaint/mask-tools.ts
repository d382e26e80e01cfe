import { useStore } from 'zustand'
import { z } from 'zod'
import { createStore } from 'zustand/vanilla'
import { mostGrowth } from '../editor/grow.ts'
import { readObject, storage } from '../state/preferences.ts'

/** How the mask looks and its tools are set: remembered from photograph to photograph and from start to start. */

/** By name: null is the colour of the theme. Each is told from the others, and from most photographs. */
export const overlayColours = {
  red: null,
  green: [64, 200, 90],
  blue: [70, 140, 255],
  yellow: [250, 215, 40],
  white: [255, 255, 255],
  black: [0, 0, 0],
} as const satisfies Readonly<Record<string, readonly [number, number, number] | null>>
export type OverlayColour = keyof typeof overlayColours

const schema = z.object({
  colour: z.enum(Object.keys(overlayColours) as [OverlayColour, ...OverlayColour[]]).catch('red'),
  /** 0..1 */
  opacity: z.number().min(0.05).max(1).catch(0.5),
  edgesOnly: z.boolean().catch(false),
  /** Is the blend's edge shown with it? */
  feather: z.boolean().catch(false),
  /** Pixels that one press grows or shrinks the mask by. */
  growth: z.int().min(1).max(mostGrowth).catch(4),
  penSize: z.boolean().catch(true),
  tolerance: z.int().min(0).max(255).catch(32),
  contiguous: z.boolean().catch(true),
  /** Of the search for dust: levels of 255 that it stands out by, pixels that it is narrower than. */
  dustThreshold: z.int().min(1).max(128).catch(20),
  dustSize: z.int().min(2).max(64).catch(12),
})
export type MaskTools = z.infer<typeof schema>

/** Anything in, settings out: each wrong part falls back by itself. */
export function parseMaskTools(text: string | null): MaskTools {
  return schema.parse(readObject(text))
}

const key = 'palimpsest.mask'

export const maskTools = createStore<MaskTools>(() => parseMaskTools(storage.read(key)))
maskTools.subscribe((state) => storage.write(key, state))

export function useMaskTools<K extends keyof MaskTools>(name: K): MaskTools[K] {
  return useStore(maskTools, (state) => state[name])
}

export function setMaskTool(changes: Partial<MaskTools>): void {
  maskTools.setState(changes)
}
