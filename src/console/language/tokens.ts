/**
 * The words of a condition and what each of them is: for colours, completion and the facets that write into it. It takes everything,
 * also what is half written or wrong; what is wrong, the server says (POST /api/conditions/check), with the parser that rules have.
 */

export type TokenKind =
  | 'field'
  /** `[0]` behind a field. */
  | 'argument'
  | 'transformer'
  | 'macro'
  | 'operator'
  /** and, or, not, and the modifiers oneof, anyof, allof. */
  | 'keyword'
  | 'text'
  | 'number'
  | 'punctuation'
  /** Stands where nothing of its kind can stand. */
  | 'wrong'

/** What may stand at a place: a check (or `not`, or a parenthesis), an operator, what it compares with, a value of a list, an input of a transformer, or and/or. */
export type Expected = 'check' | 'operator' | 'value' | 'list' | 'input' | 'connective'

export interface Standing {
  readonly expected: Expected
  /** Left of it, with its argument; undefined where there is none, or a transformer instead. */
  readonly field: string | undefined
  readonly operator: string | undefined
}

export interface Token extends Standing {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** Of parentheses that group checks. Those of lists and transformers are no groups. */
  readonly depth: number
}

export interface Tokens {
  readonly tokens: readonly Token[]
  /** What may stand at the end. */
  readonly end: Standing
}

/** Opened parentheses: of a group, of a list of values, of a transformer left or right of an operator, or inside a transformer. */
type Opened = 'group' | 'list' | 'left' | 'right' | 'inner'

interface Machine {
  expected: Expected
  field: string | undefined
  operator: string | undefined
  readonly opened: Opened[]
  /** A transformer was named: its parenthesis comes next. */
  pending: Opened | undefined
  depth: number
}

interface Lexeme {
  readonly text: string
  readonly kind: 'quoted' | 'sign' | 'open' | 'close' | 'comma' | 'argument' | 'word'
}

const BLANK = /[\s\b]+/y
const QUOTED = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/sy
const SIGN = /<=|>=|!=|==|=|<|>/y
const ARGUMENT = /\[[^\]\s]*\]?/y
const BARE = /[^()"'\s=,]+/y
/** Ends also at `<`, `>`, `!` and `[`: `a.b<1`, `a.b[1]`. */
const NAME = /[^()"'\s=,<>![]+/y
const FIELD = /^[a-zA-Z]+\w*(?:\.[a-zA-Z]+\w*)+$/
const NUMBER = /^(?:0[xX][0-9a-fA-F]+|[+-]?\d+\.?\d*(?:[eE][+-]\d+)?)$/
const MODIFIERS: ReadonlySet<string> = new Set(['oneof', 'anyof', 'allof'])
/** Compare with nothing. */
const ALONE: ReadonlySet<string> = new Set(['exists'])

/** Linear in the length of the text. */
export function tokenize(text: string): Tokens {
  const machine: Machine = { expected: 'check', field: undefined, operator: undefined, opened: [], pending: undefined, depth: 0 }
  const tokens: Token[] = []
  for (let at = skip(text, 0); at < text.length; at = skip(text, at)) {
    const lexeme = lexemeAt(text, at, machine.expected)
    const before = standingOf(machine)
    const depthBefore = machine.depth
    const kind = step(machine, lexeme, text[at + lexeme.text.length])
    const end = at + lexeme.text.length
    tokens.push({ kind, start: at, end, ...before, depth: Math.min(depthBefore, machine.depth) })
    at = end
  }
  return { tokens, end: standingOf(machine) }
}

const standingOf = ({ expected, field, operator }: Machine): Standing => ({ expected, field, operator })

function take(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

const skip = (text: string, at: number): number => at + (take(BLANK, text, at)?.length ?? 0)

function lexemeAt(text: string, at: number, expected: Expected): Lexeme {
  const char = text[at] ?? ''
  if (char === '(') return { text: char, kind: 'open' }
  if (char === ')') return { text: char, kind: 'close' }
  if (char === ',') return { text: char, kind: 'comma' }
  if (char === '"' || char === "'") return { text: take(QUOTED, text, at) ?? char, kind: 'quoted' }
  const sign = expected === 'list' ? undefined : take(SIGN, text, at)
  if (sign !== undefined && (expected === 'operator' || char === '=')) return { text: sign, kind: 'sign' }
  if (char === '[' && expected !== 'value' && expected !== 'list') return { text: take(ARGUMENT, text, at) ?? char, kind: 'argument' }
  const isValue = expected === 'value' || expected === 'list'
  return { text: take(isValue ? BARE : NAME, text, at) ?? char, kind: 'word' }
}

/** Moves on over one lexeme; tells what it is there. `next` is the character behind it. */
function step(machine: Machine, lexeme: Lexeme, next: string | undefined): TokenKind {
  if (lexeme.kind === 'close') return close(machine)
  switch (machine.expected) {
    case 'check':
      return stepCheck(machine, lexeme, next)
    case 'operator':
      return stepOperator(machine, lexeme)
    case 'value':
      return stepValue(machine, lexeme, next)
    case 'list':
      return lexeme.kind === 'comma' ? 'punctuation' : literal(lexeme)
    case 'input':
      return stepInput(machine, lexeme, next)
    case 'connective':
      return stepConnective(machine, lexeme)
    default:
      return machine.expected satisfies never
  }
}

function open(machine: Machine, what: Opened): 'punctuation' {
  machine.opened.push(what)
  if (what === 'group') machine.depth++
  machine.expected = what === 'group' ? 'check' : what === 'list' ? 'list' : 'input'
  return 'punctuation'
}

/** What may stand behind the parenthesis that closes such a one. */
const BEHIND: Readonly<Record<Opened, Expected>> = {
  group: 'connective',
  list: 'connective',
  left: 'operator',
  right: 'connective',
  inner: 'input',
}

function close(machine: Machine): TokenKind {
  const what = machine.opened.pop()
  if (what === undefined) return 'wrong'
  if (what === 'group') machine.depth--
  if (what === 'left') machine.field = undefined
  machine.expected = BEHIND[what]
  return 'punctuation'
}

function stepCheck(machine: Machine, lexeme: Lexeme, next: string | undefined): TokenKind {
  if (lexeme.kind === 'open') return open(machine, 'group')
  if (lexeme.kind !== 'word') return 'wrong'
  if (lexeme.text === 'not') return 'keyword'
  if (next === '(') return openTransformer(machine, 'left')
  if (FIELD.test(lexeme.text)) {
    machine.field = lexeme.text
    machine.operator = undefined
    machine.expected = 'operator'
    return 'field'
  }
  if (lexeme.text === 'and' || lexeme.text === 'or') return 'wrong'
  machine.expected = 'connective'
  return 'macro'
}

function openTransformer(machine: Machine, what: 'left' | 'right' | 'inner'): 'transformer' {
  machine.expected = 'input'
  machine.pending = what
  return 'transformer'
}

function stepOperator(machine: Machine, lexeme: Lexeme): TokenKind {
  if (lexeme.kind === 'argument') {
    if (machine.field !== undefined) machine.field += lexeme.text
    return 'argument'
  }
  if (lexeme.kind !== 'sign' && lexeme.kind !== 'word') return 'wrong'
  machine.operator = lexeme.text
  machine.expected = ALONE.has(lexeme.text) ? 'connective' : 'value'
  return 'operator'
}

function stepValue(machine: Machine, lexeme: Lexeme, next: string | undefined): TokenKind {
  if (lexeme.kind === 'open') return open(machine, 'list')
  if (lexeme.kind === 'comma' || lexeme.kind === 'sign') return 'wrong'
  if (lexeme.kind === 'word' && MODIFIERS.has(lexeme.text)) return 'keyword'
  if (lexeme.kind === 'word' && next === '(') return openTransformer(machine, 'right')
  machine.expected = 'connective'
  return literal(lexeme)
}

function stepInput(machine: Machine, lexeme: Lexeme, next: string | undefined): TokenKind {
  if (lexeme.kind === 'open') {
    const what = machine.pending ?? 'inner'
    machine.pending = undefined
    return open(machine, what)
  }
  if (lexeme.kind === 'comma') return 'punctuation'
  if (lexeme.kind === 'argument') return 'argument'
  if (lexeme.kind === 'word' && next === '(') return openTransformer(machine, 'inner')
  return lexeme.kind === 'word' && FIELD.test(lexeme.text) ? 'field' : literal(lexeme)
}

function stepConnective(machine: Machine, lexeme: Lexeme): TokenKind {
  if (lexeme.kind === 'argument') return 'argument'
  if (lexeme.kind !== 'word' || (lexeme.text !== 'and' && lexeme.text !== 'or')) return 'wrong'
  machine.expected = 'check'
  machine.field = undefined
  machine.operator = undefined
  return 'keyword'
}

function literal(lexeme: Lexeme): TokenKind {
  if (lexeme.kind === 'quoted') return 'text'
  return NUMBER.test(lexeme.text) ? 'number' : 'text'
}
