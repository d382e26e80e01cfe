import type { Messages } from '../en.ts'

export const inpaint: Messages['inpaint'] = {}
