import type { ErrorData } from '../../shared/errors.ts'

/** What happened in a few words, and what to do about it. Chosen by code and detail, never by reading the message. */
export interface ErrorWords {
  readonly title: string
  readonly advice: string
}

export function errorWords({ code, detail }: Pick<ErrorData, 'code' | 'detail'>): ErrorWords {
  switch (code) {
    case 'request':
      return detail === 'token'
        ? { title: 'This page is not let in', advice: 'Copy the whole address from the terminal, with the part after the #.' }
        : { title: 'That cannot be run as asked', advice: 'Change the setting it names and run again.' }
    case 'model':
      return {
        title: 'The model package is not right',
        advice: 'Choose another model, or put a sound copy of this one in its folder.',
      }
    case 'device':
      return deviceWords(detail)
    case 'disk':
      return {
        title: 'The result could not be written',
        advice: 'Free some space or choose a folder that can be written, then run again.',
      }
    case 'cancelled':
      return { title: 'Cancelled', advice: 'What was finished is kept. Run again to make the rest.' }
    case 'internal':
      return {
        title: 'Something broke inside Palimpsest',
        advice: 'The next run starts afresh. If it happens again, please report it with the words above.',
      }
  }
}

function deviceWords(detail: string | undefined): ErrorWords {
  switch (detail) {
    case 'nan':
      return { title: 'The model gave no picture', advice: 'Try the CPU, another seed, or clip x0. Nothing was saved for it.' }
    case 'memory':
      return { title: 'The device ran out of memory', advice: 'Try a smaller batch, or the CPU.' }
    case 'crash':
    case 'killed':
      return {
        title: 'The engine stopped',
        advice: 'It has been started again; run once more, with a smaller batch or on the CPU if it repeats.',
      }
    case 'connection':
      return { title: 'Palimpsest does not answer', advice: 'Check that it still runs; this page connects again by itself.' }
    default:
      return { title: 'The device could not do it', advice: 'Run again with a smaller batch, or choose the CPU.' }
  }
}
