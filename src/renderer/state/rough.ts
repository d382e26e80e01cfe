/** A time that is only reckoned, in seconds, with no more digits than it deserves: 0.3, 7, 25 s; 2 min; 40 min; 1.5 h. */
export function roughly(seconds: number): number {
  const to = (unit: number) => Math.max(unit, Math.round(seconds / unit) * unit)
  if (seconds < 0.95) return Number(to(0.1).toFixed(1))
  if (seconds < 10) return to(1)
  if (seconds < 57) return to(5)
  if (seconds < 600) return to(60)
  return seconds < 3600 ? to(300) : to(1800)
}
