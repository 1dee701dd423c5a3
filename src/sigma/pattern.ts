/** Sigma texts: what `*` and `?` mean in them, and what a backslash takes away from that. */

export type Wildcard = 'many' | 'one'

/** Text as it is, between wildcards. No two texts follow each other. */
export type Piece = string | { readonly wildcard: Wildcard }

export type Pattern = readonly Piece[]

export const MANY: Piece = { wildcard: 'many' }
const ONE: Piece = { wildcard: 'one' }

/** `\*`, `\?` and `\\` stand for the second character; any other backslash for itself. */
export function parsePattern(text: string): Pattern {
  const pieces: Piece[] = []
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? ''
    const next = text[index + 1] ?? ''
    if (char === '\\' && /[*?\\]/.test(next)) {
      pieces.push(next)
      index++
    } else pieces.push(char === '*' ? MANY : char === '?' ? ONE : char)
  }
  return joinTexts(pieces)
}

/** Neighbouring texts become one, and runs of `*` one. */
export function joinTexts(pieces: Pattern): Pattern {
  const joined: Piece[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece
    else if (piece !== '' && !(isMany(piece) && isMany(last))) joined.push(piece)
  }
  return joined
}

export const isMany = (piece: Piece | undefined): boolean => typeof piece === 'object' && piece.wildcard === 'many'

/** The text of a pattern without wildcards; undefined of one with. */
export function plainText(pattern: Pattern): string | undefined {
  if (pattern.some((piece) => typeof piece !== 'string')) return undefined
  return pattern.join('')
}

/** In the glob syntax of our `glob` and `iglob`. */
export function toGlob(pattern: Pattern): string {
  const parts = pattern.map((piece) => {
    if (typeof piece === 'string') return piece.replace(/[\\*?[]/g, '\\$&')
    return piece.wildcard === 'many' ? '*' : '?'
  })
  return parts.join('')
}
