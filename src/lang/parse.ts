/**
 * Condition text to tree, by recursive descent after Falco's grammar (libs, userspace/libsinsp/filter/parser.h): `or` binds
 * less than `and`, `and` less than `not`; a check is a field or transformer, an operator and what it needs on the right.
 */
import type {
  CheckNode,
  Expression,
  FieldNode,
  InputListNode,
  InputNode,
  Modifier,
  OperandNode,
  Place,
  RightNode,
  ValueListNode,
  ValueNode,
} from './ast.ts'
import { failAt, type Scanner, scannerOf, TOKENS, takeBlank, takeQuoted, takeText, takeToken } from './lex.ts'
import { MAX_CONDITION_CHARS, MAX_DEPTH } from './limits.ts'
import { didYouMean, LanguageError } from './messages.ts'
import type { RightKind } from './operator.ts'
import { OPERATORS } from './operators.ts'
import type { Source } from './source.ts'
import { suggest } from './suggest.ts'
import { TRANSFORMERS } from './transformers.ts'

/** Parses a whole condition. Throws LanguageError on the first mistake. Macros stay names. */
export function parseCondition(source: Source): Expression {
  const whole: Place = { source, start: 0, end: Math.min(source.text.length, 40) }
  if (source.text.length > MAX_CONDITION_CHARS) {
    throw new LanguageError('RULE_TOO_LONG', { chars: source.text.length, limit: MAX_CONDITION_CHARS }, whole)
  }
  if (source.text.trim() === '') throw new LanguageError('RULE_EMPTY_CONDITION', {}, whole)
  try {
    return parseWhole(scannerOf(source, 'falco'))
  } catch (error) {
    if (!(error instanceof LanguageError) || !/\\\\["']/.test(source.text)) throw error
    return parsePlain(source, error)
  }
}

/** The other reading of `\\"`; where that fails too, the first error stands. */
function parsePlain(source: Source, first: LanguageError): Expression {
  try {
    return parseWhole(scannerOf(source, 'plain'))
  } catch (error) {
    throw error instanceof LanguageError ? first : error
  }
}

function parseWhole(scanner: Scanner): Expression {
  const expression = parseGroup(scanner, 0)
  takeBlank(scanner)
  if (scanner.at < scanner.text.length) throw unexpected(scanner)
  return expression
}

/** `a and b or c and not d`: both levels in one function, so that 1,000 parentheses need no more stack than there is. */
function parseGroup(scanner: Scanner, depth: number): Expression {
  if (depth > MAX_DEPTH) throw failAt(scanner, 'RULE_TOO_DEEP', { limit: MAX_DEPTH })
  takeBlank(scanner)
  const start = scanner.at
  const alternatives: Expression[] = []
  let conjuncts = [parseUnary(scanner, depth)]
  for (;;) {
    takeBlank(scanner)
    if (takeKeyword(scanner, 'and')) conjuncts.push(parseUnary(scanner, depth))
    else if (takeKeyword(scanner, 'or')) {
      alternatives.push(groupOf('and', conjuncts, scanner, start))
      conjuncts = [parseUnary(scanner, depth)]
    } else break
  }
  alternatives.push(groupOf('and', conjuncts, scanner, start))
  return groupOf('or', alternatives, scanner, start)
}

function groupOf(kind: 'and' | 'or', children: readonly Expression[], scanner: Scanner, start: number): Expression {
  const [only] = children
  return children.length === 1 && only !== undefined ? only : { kind, children, at: placeFrom(scanner, start) }
}

/** As Falco: a keyword needs no blank before it, but a blank or a parenthesis behind it. */
function takeKeyword(scanner: Scanner, word: string): boolean {
  const start = scanner.at
  if (!takeText(scanner, word)) return false
  if (!takeBlank(scanner) && scanner.at < scanner.text.length && scanner.text[scanner.at] !== '(')
    throw failAt(scanner, 'RULE_EXPECTED_BLANK', { word, or: ' or a parenthesis' }, start, scanner.at)
  return true
}

function parseUnary(scanner: Scanner, depth: number): Expression {
  takeBlank(scanner)
  const start = scanner.at
  let negated = false
  while (takeToken(scanner, TOKENS.notPrefix) !== undefined) negated = !negated
  if (scanner.text.startsWith('not(', scanner.at)) {
    scanner.at += 3
    negated = !negated
  }
  const child = takeText(scanner, '(') ? parseParenthesis(scanner, depth) : parseCheckOrMacro(scanner)
  return negated ? { kind: 'not', child, at: placeFrom(scanner, start) } : child
}

function parseParenthesis(scanner: Scanner, depth: number): Expression {
  const opened = scanner.at - 1
  const expression = parseGroup(scanner, depth + 1)
  takeBlank(scanner)
  if (takeText(scanner, ')')) return expression
  if (scanner.at < scanner.text.length) throw unexpected(scanner)
  throw failAt(scanner, 'RULE_EXPECTED_CLOSING', {}, opened, opened + 1)
}

function parseCheckOrMacro(scanner: Scanner): Expression {
  const start = scanner.at
  const left = parseOperand(scanner, 0)
  if (left !== undefined) return parseCheck(scanner, left, start)
  const name = takeToken(scanner, TOKENS.identifier)
  if (name === undefined || /^(?:and|or|not)$/.test(name)) {
    scanner.at = start
    throw failAt(scanner, 'RULE_EXPECTED_CHECK', { found: found(scanner) }, start, endOfWord(scanner))
  }
  if (scanner.text[scanner.at] === '(') throw unknownTransformer(scanner, name, start)
  const usage = TRANSFORMERS.get(name)?.usage
  if (usage !== undefined) throw failAt(scanner, 'RULE_TRANSFORMER_BLANK', { name, usage }, start, scanner.at)
  return { kind: 'macro', name, body: undefined, at: placeFrom(scanner, start) }
}

function unknownTransformer(scanner: Scanner, name: string, start: number): LanguageError {
  if (name === 'val') return failAt(scanner, 'RULE_VAL_ON_LEFT', {}, start, scanner.at)
  const facts = { name, suggestion: didYouMean(suggest(name, TRANSFORMERS.keys())), known: [...TRANSFORMERS.keys()].join(', ') }
  return failAt(scanner, 'RULE_UNKNOWN_TRANSFORMER', facts, start, scanner.at)
}

/** A field or a transformer at the beginning of the text of `source`, as in an output; with where it ends. Undefined where there is none. */
export function parseLeadingOperand(source: Source, start: number): { readonly operand: OperandNode; readonly end: number } | undefined {
  const scanner = scannerOf(source, 'plain')
  scanner.at = start
  const operand = parseOperand(scanner, 0)
  return operand && { operand, end: scanner.at }
}

function parseOperand(scanner: Scanner, depth: number): OperandNode | undefined {
  const start = scanner.at
  const name = takeToken(scanner, TOKENS.fieldName)
  if (name !== undefined) return parseField(scanner, name, start)
  const transformer = takeTransformer(scanner)
  return transformer === undefined ? undefined : parseTransformer(scanner, transformer, start, depth)
}

function parseField(scanner: Scanner, name: string, start: number): FieldNode {
  const argument = parseArgument(scanner, name)
  return { kind: 'field', name, argument, at: placeFrom(scanner, start) }
}

/** `[…]` right behind a field or a transformer. */
function parseArgument(scanner: Scanner, field: string): string | undefined {
  if (!takeText(scanner, '[')) return undefined
  const argument = takeQuoted(scanner) ?? takeToken(scanner, TOKENS.argument)
  if (argument === undefined || !takeText(scanner, ']')) {
    throw failAt(scanner, 'RULE_BAD_ARGUMENT', { field, found: found(scanner) }, scanner.at, endOfWord(scanner))
  }
  return argument
}

/** The name of a transformer with its parenthesis, which must follow without a blank. */
function takeTransformer(scanner: Scanner): string | undefined {
  const start = scanner.at
  const name = takeToken(scanner, TOKENS.identifier)
  if (name !== undefined && TRANSFORMERS.has(name) && takeText(scanner, '(')) return name
  scanner.at = start
  return undefined
}

function parseTransformer(scanner: Scanner, name: string, start: number, depth: number): OperandNode {
  if (depth > MAX_DEPTH) throw failAt(scanner, 'RULE_TOO_DEEP', { limit: MAX_DEPTH })
  const inputs: InputNode[] = []
  do {
    takeBlank(scanner)
    inputs.push(parseInput(scanner, name, depth))
    takeBlank(scanner)
  } while (takeText(scanner, ','))
  if (!takeText(scanner, ')')) throw failAt(scanner, 'RULE_EXPECTED_CLOSING', {}, start, start + name.length + 1)
  return { kind: 'transformer', name, inputs, argument: parseArgument(scanner, `${name}(…)`), at: placeFrom(scanner, start) }
}

function parseInput(scanner: Scanner, transformer: string, depth: number): InputNode {
  const start = scanner.at
  if (takeText(scanner, '(')) return parseInputList(scanner, transformer, start, depth)
  return parseInputItem(scanner, transformer, depth)
}

function parseInputItem(scanner: Scanner, transformer: string, depth: number): OperandNode | ValueNode {
  const start = scanner.at
  const operand = parseOperand(scanner, depth + 1)
  if (operand !== undefined) return operand
  const text = takeQuoted(scanner) ?? takeToken(scanner, TOKENS.number)
  if (text === undefined) throw failAt(scanner, 'RULE_BAD_INPUT', { transformer, found: found(scanner) }, start, endOfWord(scanner))
  return { kind: 'value', text, at: placeFrom(scanner, start) }
}

function parseInputList(scanner: Scanner, transformer: string, start: number, depth: number): InputListNode {
  const inputs: (OperandNode | ValueNode)[] = []
  takeBlank(scanner)
  if (!takeText(scanner, ')')) {
    do {
      takeBlank(scanner)
      inputs.push(parseInputItem(scanner, transformer, depth))
      takeBlank(scanner)
    } while (takeText(scanner, ','))
    if (!takeText(scanner, ')')) throw failAt(scanner, 'RULE_BAD_LIST', { found: found(scanner) }, scanner.at, endOfWord(scanner))
  }
  return { kind: 'inputs', inputs, at: placeFrom(scanner, start) }
}

function parseCheck(scanner: Scanner, left: OperandNode, start: number): CheckNode {
  takeBlank(scanner)
  const operatorStart = scanner.at
  const operator = takeOperator(scanner, left)
  const operatorAt = placeFrom(scanner, operatorStart)
  const { modifier, right } = parseRight(scanner, operator.name, operator.right)
  return { kind: 'check', left, operator: operator.name, operatorAt, modifier, right, at: placeFrom(scanner, start) }
}

/** Operators written with signs, longest first, so that `<=` is not read as `<`. */
const SIGNS = [...OPERATORS].filter(([sign]) => !/\w/.test(sign)).sort(([a], [b]) => b.length - a.length)

function takeOperator(scanner: Scanner, left: OperandNode): { readonly name: string; readonly right: RightKind } {
  const sign = SIGNS.find(([text]) => takeText(scanner, text))
  if (sign !== undefined) return sign[1]
  const start = scanner.at
  const word = takeToken(scanner, TOKENS.identifier)
  const operator = word === undefined ? undefined : OPERATORS.get(word)
  if (word === undefined || operator === undefined) {
    scanner.at = start
    throw noOperator(scanner, left, word)
  }
  const closed = operator.right === 'none' || operator.right === 'list' || isBlankAt(scanner)
  if (!closed) throw failAt(scanner, 'RULE_EXPECTED_BLANK', { word, or: '' }, start, scanner.at)
  return operator
}

const isBlankAt = (scanner: Scanner): boolean => /[ \t\b\r\n]/.test(scanner.text[scanner.at] ?? '')

function noOperator(scanner: Scanner, left: OperandNode, word: string | undefined): LanguageError {
  const facts = {
    field: left.kind === 'field' ? left.name : `${left.name}(…)`,
    found: found(scanner),
    suggestion: didYouMean(word === undefined ? undefined : suggest(word, OPERATORS.keys())),
    known: [...OPERATORS.keys()].join(' '),
  }
  return failAt(scanner, 'RULE_EXPECTED_OPERATOR', facts, scanner.at, endOfWord(scanner))
}

interface Right {
  readonly modifier: Modifier | undefined
  readonly right: RightNode | undefined
}

function parseRight(scanner: Scanner, operator: string, kind: RightKind): Right {
  if (kind === 'none') return { modifier: undefined, right: undefined }
  const hadBlank = takeBlank(scanner)
  const modifier = kind === 'text' && (hadBlank || /^\w/.test(operator)) ? takeModifier(scanner) : undefined
  if (modifier !== undefined) return { modifier, right: parseValueList(scanner, `${operator} ${modifier}`) }
  return { modifier: undefined, right: parseUnmodified(scanner, operator, kind) }
}

function parseUnmodified(scanner: Scanner, operator: string, kind: RightKind): RightNode {
  if (kind === 'list' && scanner.text[scanner.at] === '(') return parseValueList(scanner, operator)
  const operand = parseRightOperand(scanner)
  if (operand !== undefined) return operand
  if (kind === 'list') return parseValueList(scanner, operator)
  const start = scanner.at
  const text = kind === 'number' ? takeToken(scanner, TOKENS.number) : takeValue(scanner)
  if (text !== undefined) return { kind: 'value', text, at: placeFrom(scanner, start) }
  const code = kind === 'number' ? 'RULE_EXPECTED_NUMBER' : scanner.text[start] === '(' ? 'RULE_LIST_FOR_VALUE' : 'RULE_EXPECTED_VALUE'
  throw unterminated(scanner) ?? failAt(scanner, code, { operator, found: found(scanner) }, start, endOfWord(scanner))
}

const takeValue = (scanner: Scanner): string | undefined => takeQuoted(scanner) ?? takeToken(scanner, TOKENS.bareText)

/** `oneof`, `anyof`, `allof` before a list. Before anything else the word is a value: `proc.name = oneof`. */
function takeModifier(scanner: Scanner): Modifier | undefined {
  const start = scanner.at
  const word = takeToken(scanner, TOKENS.identifier)
  if (word === 'oneof' || word === 'anyof' || word === 'allof') {
    takeBlank(scanner)
    if (scanner.text[scanner.at] === '(') return word
    const next = isBlankBefore(scanner) ? peekIdentifier(scanner) : undefined
    if (next !== undefined && !/^(and|or|not)(?![a-zA-Z0-9])/.test(next)) return word
  }
  scanner.at = start
  return undefined
}

const isBlankBefore = (scanner: Scanner): boolean => /[ \t\b\r\n]/.test(scanner.text[scanner.at - 1] ?? '')

function peekIdentifier(scanner: Scanner): string | undefined {
  const start = scanner.at
  const word = takeToken(scanner, TOKENS.identifier)
  scanner.at = start
  return word
}

/** `val(field)` or a transformer. */
function parseRightOperand(scanner: Scanner): OperandNode | undefined {
  if (!takeText(scanner, 'val(')) {
    const start = scanner.at
    const name = takeTransformer(scanner)
    return name === undefined ? undefined : parseTransformer(scanner, name, start, 0)
  }
  takeBlank(scanner)
  const start = scanner.at
  const name = takeToken(scanner, TOKENS.fieldName)
  if (name === undefined) throw failAt(scanner, 'RULE_VAL_NEEDS_FIELD', { found: found(scanner) }, start, endOfWord(scanner))
  const field = parseField(scanner, name, start)
  takeBlank(scanner)
  if (!takeText(scanner, ')')) throw failAt(scanner, 'RULE_VAL_NEEDS_FIELD', { found: found(scanner) }, scanner.at, endOfWord(scanner))
  return field
}

/** `(a, "b c")`, or one word: the name of a list that was not written out. */
function parseValueList(scanner: Scanner, operator: string): ValueListNode {
  const start = scanner.at
  if (takeText(scanner, '(')) {
    const values = parseValues(scanner)
    return { kind: 'values', values, at: placeFrom(scanner, start) }
  }
  const text = takeToken(scanner, TOKENS.identifier)
  if (text === undefined) throw failAt(scanner, 'RULE_EXPECTED_LIST', { operator, found: found(scanner) }, start, endOfWord(scanner))
  const at = placeFrom(scanner, start)
  return { kind: 'values', values: [{ kind: 'value', text, at }], at }
}

function parseValues(scanner: Scanner): ValueNode[] {
  takeBlank(scanner)
  if (takeText(scanner, ')')) return []
  const values: ValueNode[] = []
  do {
    takeBlank(scanner)
    const start = scanner.at
    const text = takeValue(scanner)
    if (text === undefined) throw unterminated(scanner) ?? badList(scanner)
    values.push({ kind: 'value', text, at: placeFrom(scanner, start) })
    takeBlank(scanner)
  } while (takeText(scanner, ','))
  if (!takeText(scanner, ')')) throw badList(scanner)
  return values
}

const badList = (scanner: Scanner): LanguageError =>
  failAt(scanner, 'RULE_BAD_LIST', { found: found(scanner) }, scanner.at, endOfWord(scanner))

function unterminated(scanner: Scanner): LanguageError | undefined {
  const quote = scanner.text[scanner.at]
  return quote === '"' || quote === "'" ? failAt(scanner, 'RULE_UNTERMINATED_TEXT', { quote }, scanner.at, scanner.at + 1) : undefined
}

function unexpected(scanner: Scanner): LanguageError {
  const before = scanner.text.slice(Math.max(0, scanner.at - 60), scanner.at).trimEnd()
  const after = before.slice(Math.max(0, before.search(/\S{1,30}$/)))
  return (
    unterminated(scanner) ??
    failAt(scanner, 'RULE_EXPECTED_END', { found: found(scanner), after: after || 'the beginning' }, scanner.at, endOfWord(scanner))
  )
}

/** What stands at the scanner, for a message. */
function found(scanner: Scanner): string {
  if (scanner.at >= scanner.text.length) return 'the end'
  if (isBlankAt(scanner)) return 'a blank'
  return scanner.text.slice(scanner.at, Math.min(endOfWord(scanner), scanner.at + 30))
}

/** Where the word at the scanner ends; a sign is a word of its own. */
function endOfWord(scanner: Scanner): number {
  TOKENS.word.lastIndex = scanner.at
  const word = TOKENS.word.exec(scanner.text)?.[0]
  return Math.min(scanner.text.length, scanner.at + Math.max(1, word?.length ?? 1))
}

const placeFrom = (scanner: Scanner, start: number): Place => ({ source: scanner.source, start, end: scanner.at })
