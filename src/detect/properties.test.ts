import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FlatEvent } from '../events/event.ts'
import { type Expression, printExpression } from '../lang/ast.ts'
import { compileRule } from '../lang/compile-rule.ts'
import { eventTypesOf } from '../lang/event-types.ts'
import { loadRules } from '../lang/load-rules.ts'
import { LanguageError } from '../lang/messages.ts'
import { parseCondition } from '../lang/parse.ts'
import { sourceFromText } from '../lang/source.ts'
import { createEngine } from './engine.ts'
import { flatEvent } from './flat-event.ts'
import { interpret } from './naive-interpreter.ts'
import { TEST_VOCABULARY as vocabulary } from './test-vocabulary.ts'

const parse = (text: string): Expression => parseCondition(sourceFromText('test', text))

/** A tree without its places. */
function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(Object.entries(node).flatMap(([key, value]) => (/^(at|operatorAt)$/.test(key) ? [] : [[key, bare(value)]])))
}

const words = fc.constantFrom('a', 'b', 'ab', 'bash', 'sh', '/etc', '/etc/x', '/tmp/a', '', 'B', '//etc//x', 'etc/x')
const texts = fc.oneof(
  words,
  fc.string({ maxLength: 8 }).filter((text) => !text.includes('\0')),
)
const quoted = texts.map((text) => JSON.stringify(text).replace(/\\u00([0-9a-f]{2})/g, '\\x$1')).filter((text) => !text.includes('\\u'))
const numbers = fc.constantFrom('0', '1', '2', '0x2', '10', '-1')
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.array(item, { maxLength: 3 }).map((items) => `(${items.join(', ')})`)
const types = fc.constantFrom('open', 'openat', 'execve', 'connect')

const check = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('proc.name', 'fd.name', 'proc.aname', 'proc.aname[1]'),
      fc.constantFrom('=', '!=', 'contains', 'startswith', 'endswith', 'icontains', 'glob', 'iglob'),
      quoted,
    )
    .map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('proc.name', 'fd.name', 'proc.aname', 'proc.tags'), fc.constantFrom('in', 'intersects'), list(quoted))
    .map((parts) => parts.join(' ')),
  fc
    .tuple(
      fc.constantFrom('proc.name', 'fd.name'),
      fc.constantFrom('=', '!=', 'contains', 'startswith', 'glob'),
      fc.constantFrom('oneof', 'anyof', 'allof'),
      list(quoted),
    )
    .map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('fd.name', 'proc.name'), list(fc.constantFrom('/etc', '/', '/tmp/*', '"/e*/x"')))
    .map(([field, paths]) => `${field} pmatch ${paths}`),
  fc
    .tuple(fc.constantFrom('proc.pid', 'fd.num'), fc.constantFrom('=', '!=', '<', '<=', '>', '>='), numbers)
    .map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('proc.pid', 'fd.num'), fc.constantFrom('in', '= anyof', '!= allof', '!= anyof'), list(numbers))
    .map((parts) => parts.join(' ')),
  fc.tuple(fc.constantFrom('evt.type'), fc.constantFrom('=', '!='), types).map((parts) => parts.join(' ')),
  list(types).map((names) => `evt.type in ${names}`),
  fc
    .tuple(fc.constantFrom('fd.ip', 'fd.sip'), fc.constantFrom('=', '!='), fc.constantFrom('10.0.0.1', '::1'))
    .map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('=', '!=', 'in', 'intersects'), fc.constantFrom('10.0.0.0/8', '0.0.0.0/0', '::/0'))
    .map(([operator, net]) => (operator.length > 2 || operator === 'in' ? `fd.snet ${operator} (${net})` : `fd.snet ${operator} ${net}`)),
  fc.constantFrom(
    'evt.is_open_write = true',
    'evt.is_open_write != true',
    'evt.num = 0',
    'evt.num >= 0',
    'evt.num > 0',
    'proc.name = val(proc.pname)',
    'proc.name != val(proc.pname)',
    'proc.pid > val(fd.num)',
    'proc.name contains val(proc.pname)',
  ),
  fc.constantFrom('proc.name', 'proc.pid', 'proc.aname', 'proc.tags', 'evt.type').map((field) => `${field} exists`),
)

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    check,
    tie('condition').map((inner) => `not (${inner})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 4 }).map((parts) => `(${parts.join(' and ')})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 4 }).map((parts) => `(${parts.join(' or ')})`),
  ),
}))

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const event: fc.Arbitrary<FlatEvent> = fc
  .record({
    'evt.type': optional(types),
    'proc.name': optional(texts),
    'proc.pname': optional(texts),
    'fd.name': optional(texts),
    'proc.pid': optional(fc.constantFrom(0, 1, 2, 10)),
    'fd.num': optional(fc.constantFrom(0, 1, 2)),
    'fd.sip': optional(fc.constantFrom('10.0.0.1', '::1', '8.8.8.8')),
    'fd.snet': optional(fc.constantFrom('10.0.0.1', '::1', '8.8.8.8')),
    'fd.ip': optional(fc.array(fc.constantFrom('10.0.0.1', '::1'), { maxLength: 2 })),
    'evt.is_open_write': optional(fc.boolean()),
    'proc.tags': optional(fc.array(words, { maxLength: 3 })),
    'proc.aname': optional(fc.array(words, { maxLength: 3 })),
    'proc.aname[1]': optional(words),
  })
  .map((values) => flatEvent(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)), 1))

const ruleText = (text: string, name: string): string =>
  `- rule: ${name}\n  desc: d\n  priority: INFO\n  output: o\n  condition: ${JSON.stringify(text)}\n`

test('a condition that is printed parses to the same tree', () => {
  fc.assert(
    fc.property(condition, (text) => {
      const tree = parse(text)
      expect(bare(parse(printExpression(tree)))).toEqual(bare(tree))
    }),
    { numRuns: 500 },
  )
})

test('any text is quoted so that it is read as itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const tree = parse(
        printExpression({
          ...(parse('a.b = x') as Extract<Expression, { kind: 'check' }>),
          right: { kind: 'value', text, at: parse('a.b = x').at },
        }),
      )
      expect(tree).toMatchObject({ right: { text } })
    }),
    { numRuns: 200 },
  )
})

test('compiled alone, in an engine among others, and explained, a rule does what the interpreter says', () => {
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 1, maxLength: 12 }),
      fc.array(event, { minLength: 1, maxLength: 8 }),
      (conditions, events) => {
        const text = conditions.map((one, index) => ruleText(one, `r${index}`)).join('')
        const ruleSet = loadRules([{ path: 'test', text }], { vocabulary })
        expect(ruleSet.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
        const engine = createEngine(ruleSet, vocabulary)
        const firstOnly = createEngine(ruleSet, vocabulary, { matching: 'first' })
        for (const one of events) {
          const expected = ruleSet.rules.filter(({ expression }) => interpret(expression, one, vocabulary)).map(({ name }) => name)
          const told: string[] = []
          engine.evaluate(one, ({ rule }) => told.push(rule.name))
          expect(told).toEqual(expected)
          expect(engine.rules.filter((rule) => rule.matches(one)).map(({ rule }) => rule.name)).toEqual(expected)
          expect(engine.rules.filter((rule) => rule.explain(one).matched).map(({ rule }) => rule.name)).toEqual(expected)
          const first: string[] = []
          firstOnly.evaluate(one, ({ rule }) => first.push(rule.name))
          expect(first).toEqual(expected.slice(0, 1))
        }
      },
    ),
    { numRuns: 80 },
  )
})

test('no event outside the derived types can match', () => {
  fc.assert(
    fc.property(condition, event, (text, one) => {
      const tree = parse(text)
      const { all, names } = eventTypesOf(tree)
      const possible = one.type === '' || names.has(one.type) !== all
      if (!possible) expect(interpret(tree, one, vocabulary)).toBe(false)
    }),
    { numRuns: 2000 },
  )
})

test('a miss always names what kept the rule from matching', () => {
  fc.assert(
    fc.property(condition, event, (text, one) => {
      const [rule] = loadRules([{ path: 'test', text: ruleText(text, 'r') }], { vocabulary }).rules
      if (rule === undefined) throw new Error('the rule was not loaded')
      const { matched, path, firstFalse } = compileRule(rule, vocabulary).explain(one)
      expect(firstFalse === undefined).toBe(matched)
      expect(path.length).toBeGreaterThan(0)
    }),
  )
})

test('the parser gives a tree or a language error for any text', () => {
  const pieces = fc.constantFrom(
    'proc.name',
    ' ',
    '=',
    '(',
    ')',
    'and',
    'or',
    'not',
    '"',
    "'",
    '\\',
    'in',
    ',',
    '[',
    ']',
    'val(',
    'tolower(',
    'a',
    '1',
    'oneof',
    '!=',
    '<',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join('')),
    fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join(' ')),
  )
  fc.assert(
    fc.property(text, (given) => {
      try {
        parse(given)
      } catch (error) {
        expect(error).toBeInstanceOf(LanguageError)
      }
    }),
    { numRuns: 3000 },
  )
})

test('loading any text as a rule file gives rules and problems, and never throws', () => {
  const pieces = fc.constantFrom(
    '- rule: r\n',
    '  condition: ',
    'evt.type = open',
    '\n',
    '- list: l\n',
    '  items: [a, b]\n',
    '- macro: m\n',
    '  output: %',
    'proc.name',
    '"',
    '&a',
    '*a',
    '{',
    '}',
    '[',
    ': ',
    '- ',
    '  exceptions:\n',
    '    - {name: e, fields: [proc.name], values: [[a]]}\n',
    '  override: {condition: append}\n',
    '\t',
    '|\n',
    '---\n',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join('')),
      ),
      (text) => {
        for (const problem of loadRules([{ path: 'test', text }], { vocabulary }).diagnostics)
          expect(problem.line).toBeGreaterThanOrEqual(0)
      },
    ),
    { numRuns: 1000 },
  )
})
