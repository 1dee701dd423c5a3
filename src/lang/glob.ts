/**
 * Globs as fnmatch(3) without flags: `*` any run of characters (slashes and leading dots too), `?` one character,
 * `[a-z]`, `[!a-z]`, `[[:alpha:]]` one of a set, `\` takes the next character as it is. Time is at most pattern × text.
 */
import { asciiLower } from './bytes.ts'

/** Matches one character (its code point). */
type Matcher = (code: number) => boolean

const STAR = '*'
type Piece = Matcher | typeof STAR

/** A test of whole texts. `ignoreCase` folds A to Z only. */
export function compileGlob(pattern: string, { ignoreCase = false }: { readonly ignoreCase?: boolean } = {}): (text: string) => boolean {
  const folded = ignoreCase ? asciiLower(pattern) : pattern
  const simple = compileSimple(folded)
  const test = simple ?? compileGeneral(folded)
  return ignoreCase ? (text) => test(asciiLower(text)) : test
}

/** Patterns whose only wildcards are a `*` at either end. */
function compileSimple(pattern: string): ((text: string) => boolean) | undefined {
  const inner = pattern.replace(/^\*+/, '').replace(/\*+$/, '')
  if (/[*?[\\]/.test(inner)) return undefined
  const left = pattern.startsWith(STAR)
  const right = pattern.endsWith(STAR)
  if (left && right) return (text) => text.includes(inner)
  if (left) return (text) => text.endsWith(inner)
  if (right) return (text) => text.startsWith(inner)
  return (text) => text === pattern
}

function compileGeneral(pattern: string): (text: string) => boolean {
  if (!/[?[\\]/.test(pattern)) return compileStars(pattern.split(/\*+/))
  const found = split([...pattern])
  if (found === undefined) return () => false
  const { pieces } = found
  const needed = longest(found.texts)
  const prefix = /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''
  return (text) =>
    text.startsWith(prefix) &&
    text.includes(needed) &&
    matchPieces(
      pieces,
      Array.from(text, (char) => char.codePointAt(0) ?? 0),
    )
}

/** Texts in their order with anything between; the first and the last at the ends. */
function compileStars(parts: readonly string[]): (text: string) => boolean {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  const middle = parts.slice(1, -1)
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    for (const part of middle) {
      const found = text.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return at <= text.length - last.length
  }
}

/** The longest text that stands in everything that the pattern matches, as it is written there; empty where none does. */
export const textInGlob = (pattern: string): string => longest(split([...pattern])?.texts ?? [])

const longest = (texts: readonly string[]): string => texts.reduce((best, text) => (text.length > best.length ? text : best), '')

interface Split {
  /** One per pattern character. */
  readonly pieces: readonly Piece[]
  /** What stands between the wildcards. */
  readonly texts: readonly string[]
}

/** Undefined where the pattern ends in a lone backslash, which matches nothing. */
function split(chars: readonly string[]): Split | undefined {
  const pieces: Piece[] = []
  const texts = ['']
  const take = (char: string): void => {
    pieces.push(only(char))
    texts.push((texts.pop() ?? '') + char)
  }
  const wild = (piece: Piece): void => {
    pieces.push(piece)
    texts.push('')
  }
  for (let index = 0; index < chars.length; index++) {
    const char = chars[index] ?? ''
    if (char === STAR) {
      if (pieces.at(-1) !== STAR) wild(STAR)
    } else if (char === '?') wild(() => true)
    else if (char === '\\') {
      index++
      const next = chars[index]
      if (next === undefined) return undefined
      take(next)
    } else {
      const set = char === '[' ? readSet(chars, index) : undefined
      if (set === undefined) take(char)
      else wild(set.matches)
      index = set?.end ?? index
    }
  }
  return { pieces, texts }
}

function only(char: string): Matcher {
  const code = char.codePointAt(0)
  return (seen) => seen === code
}

/** Greedy with one point of return, the last star: linear in practice, pattern × text at worst. */
function matchPieces(pieces: readonly Piece[], text: readonly number[]): boolean {
  let piece = 0
  let at = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    const current = pieces[piece]
    if (current === STAR) {
      star = piece++
      resume = at
    } else if (typeof current === 'function' && current(text[at] ?? 0)) {
      piece++
      at++
    } else if (star !== -1) {
      piece = star + 1
      at = ++resume
    } else return false
  }
  while (pieces[piece] === STAR) piece++
  return piece === pieces.length
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[\x21-\x7e]/,
  lower: /[a-z]/,
  print: /[\x20-\x7e]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[A-Fa-f0-9]/,
}

interface CharacterSet {
  readonly matches: Matcher
  /** Index of the closing bracket. */
  readonly end: number
}

/** The set that begins at `start`. Undefined where it is not closed: then the bracket stands for itself. */
function readSet(chars: readonly string[], start: number): CharacterSet | undefined {
  let index = start + 1
  const negated = chars[index] === '!' || chars[index] === '^'
  if (negated) index++
  const members: Matcher[] = []
  for (let first = true; first || chars[index] !== ']'; first = false) {
    const member = readMember(chars, index)
    if (member === undefined) return undefined
    members.push(member.matches)
    index = member.next
  }
  return { matches: (code) => members.some((member) => member(code)) !== negated, end: index }
}

/** One member of a set: a class, a range or a character. Undefined at the end of the pattern. */
function readMember(chars: readonly string[], start: number): { readonly matches: Matcher; readonly next: number } | undefined {
  const name = chars[start] === '[' && chars[start + 1] === ':' ? className(chars, start + 2) : undefined
  const inClass = name === undefined ? undefined : CLASSES[name]
  if (name !== undefined && inClass !== undefined) {
    return { matches: (code) => inClass.test(String.fromCodePoint(code)), next: start + name.length + 4 }
  }
  const low = readChar(chars, start)
  if (low === undefined) return undefined
  const high = chars[low.next] === '-' && chars[low.next + 1] !== ']' ? readChar(chars, low.next + 1) : undefined
  if (high === undefined) return { matches: (code) => code === low.code, next: low.next }
  return { matches: (code) => code >= low.code && code <= high.code, next: high.next }
}

function className(chars: readonly string[], start: number): string | undefined {
  return /^([a-z]+):\]/.exec(chars.slice(start, start + 12).join(''))?.[1]
}

function readChar(chars: readonly string[], start: number): { readonly code: number; readonly next: number } | undefined {
  const at = chars[start] === '\\' ? start + 1 : start
  const code = chars[at]?.codePointAt(0)
  return code === undefined ? undefined : { code, next: at + 1 }
}
