import { z } from 'zod'

/** What the window tells the system's shell round it: its menus, in the user's language, and messages. Electron alone has such a shell. */

const label = z.string().min(1).max(200)

/** What the system does by itself, in every text field. */
export const menuRoles = ['cut', 'copy', 'paste', 'selectAll', 'minimize', 'close', 'toggleDevTools'] as const

export type MenuEntry =
  | {
      readonly kind: 'command'
      readonly id: string
      readonly label: string
      readonly keys?: string | undefined
      readonly enabled: boolean
    }
  /** A photograph that was open before, by its id. */
  | { readonly kind: 'photo'; readonly id: string; readonly label: string }
  | { readonly kind: 'role'; readonly role: (typeof menuRoles)[number]; readonly label: string }
  | { readonly kind: 'line' }
  | { readonly kind: 'menu'; readonly label: string; readonly entries: readonly MenuEntry[] }

const entry: z.ZodType<MenuEntry> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('command'),
      id: z.string().min(1).max(100),
      label,
      /** As the shortcut sheet has them: 'Ctrl+Shift+Z'. */
      keys: z.string().min(1).max(40).optional(),
      enabled: z.boolean(),
    }),
    z.strictObject({ kind: z.literal('photo'), id: z.string().max(100), label }),
    z.strictObject({ kind: z.literal('role'), role: z.enum(menuRoles), label }),
    z.strictObject({ kind: z.literal('line') }),
    z.strictObject({ kind: z.literal('menu'), label, entries: z.array(entry).max(200) }),
  ]),
)

/** The bar, from the left. In the name of a menu & stands before the letter that opens it. */
export const menuBar = z.strictObject({
  menus: z.array(z.strictObject({ label, entries: z.array(entry).max(200) })).max(20),
})
export type MenuBar = {
  readonly menus: readonly { readonly label: string; readonly entries: readonly MenuEntry[] }[]
}

export const shellMessage = z.strictObject({ title: z.string().min(1).max(200), body: z.string().max(500) })
export type ShellMessage = z.infer<typeof shellMessage>

export const shellAct = z.strictObject({ do: z.enum(['full-screen', 'quit', 'show-data']) })
export type ShellAct = z.infer<typeof shellAct>

/** Whether the program stands under "Open with" of the system's file manager; unable: only an installed program can. */
export type OpenWithState = 'on' | 'off' | 'unable'
export const shellOpenWith = z.strictObject({ on: z.boolean().optional() })
