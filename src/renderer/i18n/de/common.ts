import type { Messages } from '../en.ts'

export const common: Messages['common'] = {}
