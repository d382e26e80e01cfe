import { words } from '../i18n/index.ts'

/** When pictures were made, in the user's own days. The time is given. */

export type DatePreset = 'any' | 'today' | 'week' | 'month' | 'own'

export interface DateFilter {
  readonly preset: DatePreset
  /** Days as "2026-11-22", both included; '' is open. For `own` alone. */
  readonly first: string
  readonly last: string
}

export const anyDate: DateFilter = { preset: 'any', first: '', last: '' }

/** Local midnight that begins a day, so many days off. */
function midnight(time: Date, days: number): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate() + days).getTime()
}

function dayOf(text: string): Date | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  return found === null ? undefined : new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]))
}

/** As the library takes it: `from` included, `until` not. */
export function dateRange({ preset, first, last }: DateFilter, now: Date): { from?: number; until?: number } {
  switch (preset) {
    case 'any':
      return {}
    case 'today':
      return { from: midnight(now, 0) }
    case 'week':
      return { from: midnight(now, -6) }
    case 'month':
      return { from: midnight(now, -29) }
    case 'own': {
      const [from, until] = [dayOf(first), dayOf(last)]
      return {
        ...(from === undefined ? {} : { from: midnight(from, 0) }),
        ...(until === undefined ? {} : { until: midnight(until, 1) }),
      }
    }
  }
}

export function dateWords({ preset, first, last }: DateFilter): string {
  const { dates } = words().gallery
  if (preset !== 'own') return dates[preset]
  if (first === '') return last === '' ? dates.any : dates.until(last)
  return last === '' ? dates.since(first) : first === last ? first : dates.span(first, last)
}

export const dateTime = (milliseconds: number): string => words().gallery.dates.moment(milliseconds)
