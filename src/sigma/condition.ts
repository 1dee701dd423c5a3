/**
 * The condition of a rule: names of detections joined by `and`, `or`, `not` and parentheses, and `1 of NAME*`, `all of NAME*`,
 * `1 of them`, `all of them`. `not` binds most, `or` least. Keywords in any case.
 */
import { allOf, anyOf, type Expression, negate } from './expression.ts'
import { Unsupported } from './unsupported.ts'

/** Characters, and nesting of parentheses and `not`. */
const MAX_CHARS = 64 * 1024
const MAX_DEPTH = 200

interface Parser {
  readonly words: readonly string[]
  at: number
  readonly names: readonly string[]
  readonly expressionOf: (name: string) => Expression
}

/** `expressionOf` is asked for each name that the condition uses. Throws Unsupported. */
export function parseCondition(text: string, names: readonly string[], expressionOf: (name: string) => Expression): Expression {
  if (text.length > MAX_CHARS) throw new Unsupported('condition', `the condition is longer than ${MAX_CHARS} characters`)
  if (text.includes('|')) throw new Unsupported('condition', 'the condition has an aggregation behind |, which correlations replaced')
  const words = text.match(/[()]|[^\s()]+/g) ?? []
  const parser: Parser = { words, at: 0, names, expressionOf }
  const expression = parseOr(parser, 0)
  const rest = parser.words[parser.at]
  if (rest !== undefined) throw new Unsupported('condition', `the condition goes on with ${rest.slice(0, 60)} where it should end`)
  return expression
}

function parseOr(parser: Parser, depth: number): Expression {
  const parts = [parseAnd(parser, depth)]
  while (takeWord(parser, 'or')) parts.push(parseAnd(parser, depth))
  return anyOf(parts)
}

function parseAnd(parser: Parser, depth: number): Expression {
  const parts = [parseNot(parser, depth)]
  while (takeWord(parser, 'and')) parts.push(parseNot(parser, depth))
  return allOf(parts)
}

function parseNot(parser: Parser, depth: number): Expression {
  if (depth > MAX_DEPTH) throw new Unsupported('condition', `the condition is nested deeper than ${MAX_DEPTH} levels`)
  if (takeWord(parser, 'not')) return negate(parseNot(parser, depth + 1))
  if (!takeWord(parser, '(')) return parseTerm(parser)
  const expression = parseOr(parser, depth + 1)
  if (!takeWord(parser, ')')) throw new Unsupported('condition', 'the condition lacks a closing parenthesis')
  return expression
}

function parseTerm(parser: Parser): Expression {
  const word = parser.words[parser.at]
  if (word === undefined || /^(?:and|or|of|\))$/i.test(word)) {
    throw new Unsupported('condition', `the condition has ${word ?? 'its end'} where a detection should stand`)
  }
  parser.at++
  if (/^(?:\d+|all|any)$/i.test(word) && takeWord(parser, 'of')) return parseQuantified(parser, word.toLowerCase())
  if (!parser.names.includes(word)) throw new Unsupported('condition', `the condition names ${word.slice(0, 60)}, which is no detection`)
  return parser.expressionOf(word)
}

function parseQuantified(parser: Parser, count: string): Expression {
  const pattern = parser.words[parser.at++]
  if (pattern === undefined) throw new Unsupported('condition', `the condition ends behind ${count} of`)
  const names = namesLike(pattern, parser.names)
  if (names.length === 0) throw new Unsupported('condition', `no detection is called ${pattern.slice(0, 60)}`)
  const expressions = names.map(parser.expressionOf)
  if (count === 'all') return allOf(expressions)
  if (count === '1' || count === 'any') return anyOf(expressions)
  throw new Unsupported('condition', `the condition has ${count} of; there are 1 of and all of`)
}

/** `them` is all whose names begin with no underscore. */
function namesLike(pattern: string, names: readonly string[]): readonly string[] {
  if (pattern.toLowerCase() === 'them') return names.filter((name) => !name.startsWith('_'))
  const parts = pattern.split(/\*+/)
  return names.filter((name) => matches(name, parts))
}

/** The parts in their order, the first and the last at the ends. */
function matches(name: string, parts: readonly string[]): boolean {
  const [first = '', last = ''] = [parts[0], parts.at(-1)]
  if (parts.length === 1) return name === first
  if (!name.startsWith(first) || !name.slice(first.length).endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= name.length - last.length
}

function takeWord(parser: Parser, wanted: string): boolean {
  if (parser.words[parser.at]?.toLowerCase() !== wanted) return false
  parser.at++
  return true
}
