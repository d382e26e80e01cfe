/** The candidate fewest edits away from what was typed, or undefined when none is near enough to be meant. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly edits: number } | undefined
  for (const name of candidates) {
    const edits = name.startsWith(typed) && typed.length > 1 ? 1 : editDistance(typed, name)
    if (edits <= Math.max(1, Math.floor(name.length / 3)) && (best === undefined || edits < best.edits)) best = { name, edits }
  }
  return best?.name
}

/** Levenshtein: insertions, deletions and exchanges of one character each count one. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const exchange = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(exchange, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
