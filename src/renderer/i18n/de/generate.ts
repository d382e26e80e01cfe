import type { Messages } from '../en.ts'

export const generate: Messages['generate'] = {}
