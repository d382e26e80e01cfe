import { words } from '../i18n/index.ts'

/** More than this no one reads in a corner of the window. */
const sentences = 2

/** One message for all that were left out, each with its reason as a sentence. A reason that several share is said once. */
export function leftOut(reasons: readonly string[]): string {
  const different = [...new Set(reasons)]
  const said = different.slice(0, sentences)
  const silent = reasons.filter((reason) => !said.includes(reason)).length
  return words().inpaint.many.leftOut(reasons.length, said.join(' '), silent)
}

/** What was asked for, and what was left out of it. */
export function askedWords(fills: number, reasons: readonly string[]): string {
  const asked = words().inpaint.many.asked(fills)
  return reasons.length === 0 ? asked : `${asked} ${leftOut(reasons)}`
}
