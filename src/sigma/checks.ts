/** Comparisons of Sigma as checks of our language. What Sigma says without regard to case is said so here. */
import type { FieldType, Vocabulary } from '../events/field.ts'
import { quote } from '../lang/ast.ts'
import { encodeText } from '../lang/bytes.ts'
import { OPERATORS } from '../lang/operators.ts'
import { allOf, anyOf, check, type Expression, negate } from './expression.ts'
import type { Match, Matches } from './match.ts'
import { isMany, type Pattern, plainText, toGlob } from './pattern.ts'
import type { FieldMapping } from './source.ts'
import { Unsupported } from './unsupported.ts'

/** One field of ours with how it is compared. */
export interface Target {
  readonly name: string
  readonly type: FieldType
  readonly mapping: FieldMapping
}

export interface CheckContext {
  readonly vocabulary: Vocabulary
  /** Our fields for another field of the rule. Throws Unsupported. */
  readonly fieldsOf: (sigmaField: string) => FieldMapping
}

/** The condition that the matches put to a field. Throws Unsupported. */
export function checksOf(matches: Matches, mapping: FieldMapping, context: CheckContext): Expression {
  const targets = mapping.to.map((name) => ({ name, type: typeOf(name, context.vocabulary), mapping }))
  const parts = matches.values.map((match) => targets.map((target) => checkOf(match, target, matches.cased, context)))
  const joined = matches.all ? allOf(parts.map((one) => anyOf(one.map(expressionOf)))) : anyOf(merge(parts.flat()))
  const [only] = targets
  const whole = matches.all && targets.length === 1 && only !== undefined ? allOf(merge(parts.flat(), 'allof')) : joined
  return matches.negated ? negate(whole) : whole
}

/** A check with its parts, so that equal ones can share a list; or any other expression. */
type Draft = { readonly field: string; readonly operator: string; readonly text: string } | Expression

const expressionOf = (draft: Draft): Expression =>
  'operator' in draft ? check(`${draft.field} ${draft.operator} ${quoteText(draft.text)}`) : draft

/** Checks of one field with one operator become one with a list. */
function merge(drafts: readonly Draft[], word: 'anyof' | 'allof' = 'anyof'): readonly Expression[] {
  const groups = new Map<string, string[]>()
  const results: (Expression | string)[] = []
  for (const draft of drafts) {
    if (!('operator' in draft)) {
      results.push(draft)
      continue
    }
    const key = `${draft.field} ${draft.operator}`
    const group = groups.get(key)
    if (group === undefined) results.push(key)
    groups.set(key, [...(group ?? []), quoteText(draft.text)])
  }
  return results.map((result) => (typeof result === 'string' ? check(listCheck(result, groups.get(result) ?? [], word)) : result))
}

function listCheck(key: string, given: readonly string[], word: 'anyof' | 'allof'): string {
  const texts = [...new Set(given)]
  if (texts.length === 1) return `${key} ${texts[0]}`
  if (key.endsWith(' =') && word === 'anyof') return `${key.slice(0, -2)} in (${texts.join(', ')})`
  return `${key} ${word} (${texts.join(', ')})`
}

/** In quotes, with everything that is no printable character as bytes. */
function quoteText(text: string): string {
  const bytes = (char: string): string => [...encodeText(char)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  return quote(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, bytes)
}

/** Throws Unsupported for a name that no field has, which only a mapping file can bring. */
function typeOf(name: string, vocabulary: Vocabulary): FieldType {
  const field = vocabulary.field(name.replace(/\[.*$/s, ''))
  if (field === undefined) throw new Unsupported('no field', `the mapping names ${name}, which is no field`)
  if (field.many === 'list') throw new Unsupported('no field', `the mapping names ${name}, which is a list`)
  return field.type
}

function checkOf(match: Match, target: Target, cased: boolean, context: CheckContext): Draft {
  const { name } = target
  switch (match.kind) {
    case 'text':
      return textCheck(match.pattern, target, cased)
    case 'number':
      return target.type === 'string' ? { field: name, operator: '=', text: match.text } : valueCheck(match.text, target)
    case 'boolean':
      return target.type === 'boolean' ? check(`${name} = ${match.value}`) : textCheck([String(match.value)], target, cased)
    case 'nothing':
      return missing(target)
    case 'exists':
      return presence(target, match.wanted)
    case 'regex':
      return regexCheck(match, target)
    case 'network':
      return networkCheck(match.network, target)
    case 'compare':
      if (target.type !== 'number') throw new Unsupported('value', `${name} is no number and cannot be compared as one`)
      return check(`${name} ${match.operator} ${match.number}`)
    case 'field':
      return referenceCheck(match, target, cased, context)
    default:
      return match satisfies never
  }
}

function presence({ name, mapping }: Target, wanted: boolean): Expression {
  if (mapping.emptyWhenMissing === undefined) return wanted ? check(`${name} exists`) : negate(check(`${name} exists`))
  const empty = check(`${name} = ""`)
  return wanted ? negate(empty) : empty
}

/** Null in a rule: the field is missing, or has nothing in it. */
function missing(target: Target): Expression {
  const absent = negate(check(`${target.name} exists`))
  return target.type === 'string' ? anyOf([absent, check(`${target.name} = ""`)]) : absent
}

function textCheck(pattern: Pattern, target: Target, cased: boolean): Draft {
  const { name: field, type } = target
  if (pattern.length === 1 && isMany(pattern[0])) return check(`${field} exists`)
  if (type !== 'string') return type === 'ip' ? addressCheck(pattern, target) : valueCheck(wholeText(pattern, target), target)
  const exact = cased || !pattern.some((piece) => typeof piece === 'string' && /[A-Za-z]/.test(piece))
  const inner = innerText(pattern)
  if (inner?.kind === 'contains') return { field, operator: exact ? 'contains' : 'icontains', text: inner.text }
  if (!exact) return { field, operator: 'iglob', text: toGlob(pattern) }
  if (inner !== undefined) return { field, operator: inner.kind, text: inner.text }
  const text = plainText(pattern)
  return text === undefined ? { field, operator: 'glob', text: toGlob(pattern) } : { field, operator: '=', text }
}

interface Inner {
  readonly kind: 'contains' | 'startswith' | 'endswith'
  readonly text: string
}

/** A pattern whose only wildcards are `*` at its ends. */
function innerText(pattern: Pattern): Inner | undefined {
  const [left, right] = [isMany(pattern[0]), isMany(pattern.at(-1))]
  if (!left && !right) return undefined
  const text = plainText(pattern.slice(left ? 1 : 0, right ? -1 : undefined))
  if (text === undefined) return undefined
  return { kind: left && right ? 'contains' : left ? 'endswith' : 'startswith', text }
}

function wholeText(pattern: Pattern, { name, type }: Target): string {
  const text = plainText(pattern)
  if (text === undefined) throw new Unsupported('value', `${name} is a ${type} and cannot be compared with a part of a text`)
  return text
}

/** Numbers, and true or false. */
function valueCheck(text: string, { name, type }: Target): Draft {
  const fits = type === 'number' ? /^(0x[0-9a-f]+|[+-]?\d+)$/i : type === 'boolean' ? /^(true|false)$/i : /^[0-9a-f.:]+$/i
  if (!fits.test(text)) throw new Unsupported('value', `${name} is a ${type} and is never ${text.slice(0, 60) || 'empty'}`)
  return { field: name, operator: '=', text: text.toLowerCase() }
}

/** An address, or its beginning where that is a network: `10.`, `192.168.*`. */
function addressCheck(pattern: Pattern, target: Target): Draft {
  const beginning = innerText(pattern)
  if (beginning === undefined) return valueCheck(wholeText(pattern, target), target)
  const octets = /^(\d{1,3}\.){1,3}$/.test(beginning.text) ? beginning.text.split('.').slice(0, -1) : []
  if (beginning.kind !== 'startswith' || octets.length === 0) wholeText(pattern, target)
  const network = `${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${octets.length * 8}`
  return networkCheck(network, target)
}

function networkCheck(network: string, { name, type, mapping }: Target): Draft {
  const field = mapping.network ?? name
  if (mapping.network === undefined && type !== 'net') throw new Unsupported('value', `${name} is no address to compare with networks`)
  return check(`${field} = ${network}`)
}

/** Ours must match the whole field, and has `^` and `$` at every line: both are undone. */
function regexCheck({ source, flags }: Extract<Match, { kind: 'regex' }>, { name, type }: Target): Draft {
  if (type !== 'string') throw new Unsupported('value', `${name} is a ${type} and matches no regular expression`)
  const inner = flags === '' ? `(?:${source})` : `(?${[...new Set(flags)].join('')}:${source})`
  const text = `(?-m:(?s:.*)${inner}(?s:.*))`
  const parsed = OPERATORS.get('regex')?.parse?.(text)
  if (parsed !== undefined && 'problem' in parsed) {
    throw new Unsupported('value', `the regular expression cannot run in linear time, or is none: ${parsed.reason.slice(0, 120)}`)
  }
  return { field: name, operator: 'regex', text }
}

const REFERENCE_OPERATORS = { equals: '=', startswith: 'startswith', endswith: 'endswith', contains: 'contains' } as const

function referenceCheck(match: Extract<Match, { kind: 'field' }>, target: Target, cased: boolean, context: CheckContext): Draft {
  const others = context.fieldsOf(match.field).to
  const operator = REFERENCE_OPERATORS[match.operator]
  return anyOf(
    others.map((other) => {
      const bothText = target.type === 'string' && typeOf(other, context.vocabulary) === 'string'
      if (match.operator !== 'equals' && !bothText) throw new Unsupported('value', `${target.name} and ${other} are no texts`)
      if (bothText && !cased) return check(`tolower(${target.name}) ${operator} tolower(${other})`)
      return check(`${target.name} ${operator} val(${other})`)
    }),
  )
}
