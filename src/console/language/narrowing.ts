/**
 * A condition narrowed by values that were clicked: `proc.name = bash` is put into it, taken out of it again, or turned round. The
 * condition alone says what is shown, so whoever clicks sees how it is written, and can go on by hand.
 */
import { type Token, tokenize } from './tokens.ts'
import { readValue, writeValue } from './values.ts'

/** `is`: only events with it. `not`: those without it, also where the field has no value. */
export type NarrowingMode = 'is' | 'not'

export interface Narrowing {
  readonly field: string
  readonly mode: NarrowingMode
  /** Undefined: the field has no value. */
  readonly value: string | undefined
}

/** A part of a condition that says the value of a field and nothing else. */
interface Part {
  readonly text: string
  readonly field: string | undefined
  readonly mode: NarrowingMode
  /** As written; undefined: that the field has (or has not) any value. */
  readonly words: readonly string[] | undefined
}

/** What the condition says of the fields that it names as clicks would; the rest of it is passed over. */
export function narrowingsOf(condition: string): readonly Narrowing[] {
  return partsOf(condition).flatMap(({ field, mode, words }) =>
    field === undefined ? [] : (words?.map(readValue) ?? [undefined]).map((value) => ({ field, mode, value })),
  )
}

/** With that value of the field: chosen with others of its kind, no longer chosen the other way. `isTaken` as in writeValue. */
export function narrow(condition: string, narrowing: Narrowing, isTaken?: (text: string) => boolean): string {
  const parts = partsOf(widen(condition, { ...narrowing, mode: narrowing.mode === 'is' ? 'not' : 'is' }))
  const { field, mode, value } = narrowing
  const same = (part: Part): boolean => part.field === field && part.mode === mode
  if (value === undefined) {
    const others =
      mode === 'is' ? parts.filter((part) => part.field !== field) : parts.filter((part) => !(same(part) && part.words === undefined))
    return joined([...others, partOf(field, mode, undefined)])
  }
  const known = parts.find((part) => same(part) && part.words !== undefined)
  const rest = parts.filter((part) => !(part.field === field && part.mode === 'is' && mode === 'is' && part.words === undefined))
  const word = writeValue(value, isTaken)
  if (known?.words === undefined) return joined([...rest, partOf(field, mode, [word])])
  if (known.words.some((one) => readValue(one) === value)) return condition
  const more = partOf(field, mode, [...known.words, word])
  return joined(rest.map((part) => (part === known ? more : part)))
}

/** Without that value of the field. */
export function widen(condition: string, { field, mode, value }: Narrowing): string {
  const parts = partsOf(condition)
  const changed = parts.flatMap((part) => {
    if (part.field !== field || part.mode !== mode) return [part]
    if (part.words === undefined) return value === undefined ? [] : [part]
    const words = part.words.filter((word) => readValue(word) !== value)
    return words.length === part.words.length ? [part] : words.length === 0 ? [] : [partOf(field, mode, words)]
  })
  return changed.length === parts.length && changed.every((part, index) => part === parts[index]) ? condition : joined(changed)
}

/** Without what was chosen of a field: its other values are counted so. */
export const withoutChosen = (condition: string, field: string): string => {
  const parts = partsOf(condition)
  const rest = parts.filter((part) => !(part.field === field && part.mode === 'is'))
  return rest.length === parts.length ? condition : joined(rest)
}

/** Both must hold. */
export const both = (one: string, other: string): string => joined([...partsOf(one), ...partsOf(other)])

function partOf(field: string, mode: NarrowingMode, words: readonly string[] | undefined): Part {
  const check =
    words === undefined ? `${field} exists` : words.length === 1 ? `${field} = ${words[0]}` : `${field} in (${words.join(', ')})`
  // That a field has no value is a `not` of its own.
  const isNegated = (mode === 'not') !== (words === undefined)
  return { text: isNegated ? `not ${check}` : check, field, mode, words }
}

function joined(parts: readonly Part[]): string {
  const isOne = parts.length === 1
  return parts.map(({ text }) => (!isOne && hasOr(text) ? `(${text})` : text)).join(' and ')
}

const isAt = (token: Token, word: 'and' | 'or'): boolean =>
  token.depth === 0 && token.kind === 'keyword' && token.expected === 'connective' && token.end - token.start === word.length

const hasOr = (text: string): boolean => tokenize(text).tokens.some((token) => isAt(token, 'or'))

/** What `and` joins at the top. A condition with an `or` there is one part. */
function partsOf(condition: string): readonly Part[] {
  const { tokens } = tokenize(condition)
  if (tokens.length === 0) return []
  if (tokens.some((token) => isAt(token, 'or'))) return [readPart(condition.trim())]
  const cuts = tokens.filter((token) => isAt(token, 'and'))
  const starts = [0, ...cuts.map(({ end }) => end)]
  return starts.map((start, index) => readPart(condition.slice(start, cuts[index]?.start ?? condition.length).trim()))
}

/** `field = value`, `field in (values)`, `field exists`, each also behind a `not`. */
function readPart(text: string): Part {
  const other: Part = { text, field: undefined, mode: 'is', words: [] }
  const { tokens } = tokenize(text)
  const wordOf = (token: Token | undefined): string => (token === undefined ? '' : text.slice(token.start, token.end))
  const isNegated = wordOf(tokens[0]) === 'not'
  const [name, ...more] = isNegated ? tokens.slice(1) : tokens
  if (name?.kind !== 'field') return other
  const argument = more[0]?.kind === 'argument' ? wordOf(more.shift()) : ''
  const field = wordOf(name) + argument
  const [operator, ...values] = more
  const sign = wordOf(operator)
  if (sign === 'exists' && values.length === 0) return { text, field, mode: isNegated ? 'is' : 'not', words: undefined }
  const words = values.filter(({ kind }) => kind === 'text' || kind === 'number')
  const isOne = (sign === '=' || sign === '==') && values.length === 1 && words.length === 1
  const isList = sign === 'in' && values.length === words.length * 2 + 1 && wordOf(values[0]) === '('
  return isOne || isList ? { text, field, mode: isNegated ? 'not' : 'is', words: words.map(wordOf) } : other
}
