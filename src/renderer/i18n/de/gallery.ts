import type { Messages } from '../en.ts'

export const gallery: Messages['gallery'] = {}
