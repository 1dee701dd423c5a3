/** What a modifier is (`Image|endswith`). Each is one file in modifiers/ and one line in modifiers.ts. */
import type { Match, Matches } from './match.ts'
import { type Pattern, plainText } from './pattern.ts'
import { Unsupported } from './unsupported.ts'

/** The values that `%name%` stands for, by name. */
export type Placeholders = ReadonlyMap<string, readonly string[]>

export interface ModifierExample {
  /** The value as a rule has it. */
  readonly value: string
  /** Our condition on the text field `f.x`. */
  readonly condition: string
}

export interface Modifier {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly doc: string
  /** Run as tests, with the modifier alone. */
  readonly examples: readonly ModifierExample[]
  /** Throws Unsupported where the values do not suit it. */
  readonly apply: (given: Matches, placeholders: Placeholders) => Matches
}

/** Changes each text into one or more patterns. Throws Unsupported at what is no text. */
export function eachText(name: string, given: Matches, change: (pattern: Pattern) => readonly Pattern[]): Matches {
  const values = given.values.flatMap((match): readonly Match[] =>
    change(patternOf(name, match)).map((pattern) => ({ kind: 'text', pattern, written: plainText(pattern) ?? '' })),
  )
  return { ...given, values }
}

/** As eachText, for what cannot be said of a pattern with wildcards. */
export function eachPlainText(name: string, given: Matches, change: (text: string) => readonly string[]): Matches {
  return eachText(name, given, (pattern) => {
    const text = plainText(pattern)
    if (text === undefined) throw new Unsupported('value', `the modifier ${name} takes no wildcards`)
    return change(text).map((one) => [one])
  })
}

function patternOf(name: string, match: Match): Pattern {
  if (match.kind === 'text') return match.pattern
  if (match.kind === 'number') return [match.text]
  throw new Unsupported('value', `the modifier ${name} needs a text`)
}

/** Changes each value for a comparison of numbers. */
export function compareNumbers(name: string, operator: '<' | '<=' | '>' | '>=', given: Matches): Matches {
  const values = given.values.map((match): Match => {
    const text = match.kind === 'number' ? match.text : match.kind === 'text' ? (plainText(match.pattern) ?? '') : ''
    if (!/^[+-]?\d+(\.\d+)?$/.test(text)) throw new Unsupported('value', `the modifier ${name} needs a number`)
    return { kind: 'compare', operator, number: text }
  })
  return { ...given, values }
}

/** Where the values are fields (fieldref came before): the same with another operator. Else undefined. */
export function fieldMatches(given: Matches, operator: 'startswith' | 'endswith' | 'contains'): Matches | undefined {
  if (!given.values.some(({ kind }) => kind === 'field')) return undefined
  return { ...given, values: given.values.map((match) => (match.kind === 'field' ? { ...match, operator } : match)) }
}

/** The text of a value as the rule has it, backslashes and all; undefined of what is no text. */
export function textAsWritten(match: Match): string | undefined {
  if (match.kind === 'text') return match.written
  return match.kind === 'number' ? match.text : undefined
}

/** Adds a flag to regular expressions. Throws Unsupported where `re` does not stand before. */
export function addFlag(flag: string, given: Matches): Matches {
  const values = given.values.map((match): Match => {
    if (match.kind !== 'regex') throw new Unsupported('modifier', `the modifier ${flag} needs the modifier re before it`)
    return { ...match, flags: match.flags + flag }
  })
  return { ...given, values }
}
