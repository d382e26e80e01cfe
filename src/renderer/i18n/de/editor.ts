import type { Messages } from '../en.ts'

export const editor: Messages['editor'] = {}
