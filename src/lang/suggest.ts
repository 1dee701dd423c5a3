/** "Did you mean …?": the nearest of the known names. */

/** Names longer than this are not compared: they are no slip of the finger. */
const MAX_LENGTH = 64

/**
 * The known name nearest to `word` by Damerau-Levenshtein distance (a swap of two neighbours counts once), if it is near:
 * at most a third of the length, and 3 at most. Case and the difference between `-` and `_` count little.
 */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > MAX_LENGTH) return undefined
  const limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const name of known) {
    if (name === word || Math.abs(name.length - word.length) >= bestDistance) continue
    const distance = alike(name) === alike(word) ? 0.5 : editDistance(word, name, bestDistance)
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

const alike = (name: string): string => name.toLowerCase().replaceAll('_', '-')

/** Edits from `a` to `b` (insert, delete, replace, swap neighbours); `limit` or more is given as `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    let least = row
    for (let column = 1; column <= b.length; column++) {
      const value = cell(a, b, row, column, current, last, beforeLast)
      current.push(value)
      least = Math.min(least, value)
    }
    if (least >= limit) return limit
    beforeLast = last
    last = current
  }
  return Math.min(limit, last[b.length] ?? limit)
}

function cell(a: string, b: string, row: number, column: number, current: number[], last: number[], beforeLast: number[]): number {
  const same = a[row - 1] === b[column - 1]
  const value = Math.min((current[column - 1] ?? 0) + 1, (last[column] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1))
  const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
  return swapped ? Math.min(value, (beforeLast[column - 2] ?? 0) + 1) : value
}
