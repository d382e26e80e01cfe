import { preferencesStore } from './preferences.ts'

/** Numbers as the studio writes them, in the language of the window. One place, so that they agree everywhere. */

const locales = { en: 'en-GB', de: 'de-DE' } as const

/** Between thousands: the other one is the decimal sign. */
export const groupSign = (): ',' | '.' => (preferencesStore.getState().language === 'de' ? '.' : ',')

/** One formatter a language, made when it is first wanted: making one costs more than a thousand uses. */
function inLanguage(options: Intl.NumberFormatOptions): (value: number) => string {
  const made = new Map<string, Intl.NumberFormat>()
  return (value) => {
    const locale = locales[preferencesStore.getState().language]
    const format = made.get(locale) ?? new Intl.NumberFormat(locale, options)
    made.set(locale, format)
    return format.format(value)
  }
}

export const count = inLanguage({})

/** All its digits, no groups: what may be typed back in. "0.16", "50000". */
export const plain = inLanguage({ useGrouping: false, maximumSignificantDigits: 15 })

const fixedBy = [0, 1, 2, 3].map((digits) =>
  inLanguage({ useGrouping: false, minimumFractionDigits: digits, maximumFractionDigits: digits }),
)
/** So many digits behind the point, 0 to 3: "3.20". */
export const fixed = (value: number, digits: 0 | 1 | 2 | 3): string => fixedBy[digits]?.(value) ?? plain(value)

/** 1 becomes "1 picture", 16 "16 pictures". */
export const counted = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`

/** "0.4 s", "8 s", "2 min 5 s", "1 h 20 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '—'
  if (seconds < 0.95) return `${plain(Math.max(0.1, Math.round(seconds * 10) / 10))} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** "7 ms", "0.8 ms", "1.2 s". */
export function milliseconds(value: number): string {
  if (value >= 1000) return `${fixed(value / 1000, 1)} s`
  return value >= 10 ? `${Math.round(value)} ms` : `${plain(Math.round(value * 10) / 10)} ms`
}

/** Three significant digits at most: "141", "9.4", "0.31". */
export function rate(value: number): string {
  if (value >= 100) return count(Math.round(value))
  return plain(Number(value.toPrecision(2)))
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`
  if (value < 1e6) return `${Math.round(value / 1000)} kB`
  if (value < 1e9) return `${plain(Number((value / 1e6).toPrecision(2)))} MB`
  return `${fixed(value / 1e9, 1)} GB`
}

const deviceLabels: Readonly<Record<string, string>> = {
  auto: 'Automatic',
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
}
export const deviceLabel = (device: string): string => deviceLabels[device] ?? device

/** "WebGPU · NVIDIA RTX 3060"; a name that begins with its kind stands alone. */
export function deviceWords(label: string, name: string): string {
  return name === '' ? label : name.startsWith(label) ? name : `${label} · ${name}`
}
