import type { Messages } from '../en.ts'

export const tables: Messages['tables'] = {}
