import type { ErrorData } from '../../shared/errors.ts'
import { words } from '../i18n/index.ts'

/** What happened in a few words, and what to do about it. Chosen by code and detail, never by reading the message. */
export interface ErrorWords {
  readonly title: string
  readonly advice: string
}

export function errorWords({ code, detail }: Pick<ErrorData, 'code' | 'detail'>): ErrorWords {
  const { errors } = words().common
  const [title = '', advice = ''] = errors[kindOf(code, detail)]
  return { title, advice }
}

function kindOf(code: ErrorData['code'], detail: string | undefined) {
  if (code === 'request') return detail === 'token' ? 'token' : 'request'
  if (code !== 'device') return code
  switch (detail) {
    case 'nan':
    case 'memory':
    case 'crash':
    case 'connection':
      return detail
    case 'killed':
      return 'crash'
    default:
      return 'device'
  }
}
