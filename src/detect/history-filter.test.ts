import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import type { HistoryColumn } from '../findings/history-event.ts'
import type { HistoryFilter } from '../findings/history-filter.ts'
import { wholeFields } from '../findings/whole-event.ts'
import { compileRule } from '../lang/compile-rule.ts'
import { loadCondition } from '../lang/load-condition.ts'
import { createPlanner } from '../lang/plan.ts'
import { flatEvent } from './flat-event.ts'
import { flatVocabulary } from './flat-vocabulary.ts'
import { historyCondition } from './history-filter.ts'

const FLAT = flatVocabulary(VOCABULARY)
const PLANNER = createPlanner(FLAT)
const DEFINITIONS = {
  macros: new Map([
    ['opened', 'evt.type in (open, openat)'],
    ['by_shell', 'proc.name in (shells) and opened'],
  ]),
  lists: new Map([['shells', ['bash', 'sh']]]),
}

function load(condition: string) {
  const { rule, diagnostics } = loadCondition(condition, { vocabulary: FLAT, path: 'condition', definitions: DEFINITIONS })
  if (rule === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return { ...historyCondition(PLANNER.plan(rule.expression)), matches: compileRule(rule, FLAT, PLANNER).matches }
}

type Value = string | number | boolean
type Row = Readonly<Record<string, Value | undefined>>

/** Whether a row passes, as plainly as it can be said. */
function passes(filter: HistoryFilter, row: Row): boolean {
  switch (filter.op) {
    case 'true':
    case 'false':
      return filter.op === 'true'
    case 'and':
      return filter.parts.every((part) => passes(part, row))
    case 'or':
      return filter.parts.some((part) => passes(part, row))
    case 'not':
      return !passes(filter.part, row)
    default:
      return holds(row[filter.column], filter)
  }
}

function holds(value: Value | undefined, filter: Extract<HistoryFilter, { readonly column: string }>): boolean {
  if (value === undefined || filter.op === 'exists') return value !== undefined
  if (filter.op === 'in') return filter.values.includes(value)
  if (filter.op === 'text') return typeof value === 'string' && hasText(value, filter)
  if (typeof value !== 'number') return false
  return { '<': value < filter.value, '<=': value <= filter.value, '>': value > filter.value, '>=': value >= filter.value }[filter.sign]
}

function hasText(value: string, { how, value: wanted }: { readonly how: string; readonly value: string }): boolean {
  if (how === 'icontains') return value.toLowerCase().includes(wanted.toLowerCase())
  return how === 'contains' ? value.includes(wanted) : how === 'startswith' ? value.startsWith(wanted) : value.endsWith(wanted)
}

const name = fc.constantFrom('bash', 'sh', 'BASH', 'python3', '')
const path = fc.constantFrom('/etc/shadow', '/etc', '/tmp/a b', '/ETC/Shadow')
const address = fc.constantFrom('10.0.0.1', '192.0.2.7', '2001:db8::1')
const number = fc.constantFrom(0, 1, 22, 443, 65535)
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })

/** What the agent writes of an event: each column that the event has a value for. */
const row = fc
  .record({
    'evt.type': fc.constantFrom('open', 'openat', 'connect'),
    'evt.failed': fc.boolean(),
    'proc.name': maybe(name),
    'proc.pname': maybe(name),
    'proc.pid': maybe(number),
    'user.uid': maybe(number),
    'container.id': maybe(fc.constantFrom('host', '0a1b2c3d4e5f')),
    'fd.type': fc.constantFrom('file', 'ipv4'),
    'fd.name': path,
    'fd.lip': maybe(address),
    'fd.rip': maybe(address),
    'fd.rport': maybe(number),
    'evt.arg.flags': maybe(fc.constantFrom('O_RDONLY', 'O_WRONLY')),
  })
  .map((given): Row => {
    const { 'fd.name': file, 'fd.lip': local, 'fd.rip': remote } = given
    const isFile = given['fd.type'] === 'file'
    const written = given['evt.arg.flags'] === undefined ? undefined : given['evt.arg.flags'] === 'O_WRONLY'
    return {
      ...given,
      ...{ 'fd.typechar': isFile ? 'f' : '4', 'fd.directory': isFile ? file.slice(0, file.lastIndexOf('/')) || '/' : undefined },
      ...{ 'fd.filename': isFile ? file.slice(file.lastIndexOf('/') + 1) : undefined, 'evt.is_open_write': written },
      ...{ 'fd.cip': local, 'fd.sip': remote },
    }
  })

const check = fc.oneof(
  fc
    .tuple(fc.constantFrom('proc.name', 'proc.pname'), fc.constantFrom('=', '!=', 'startswith', 'contains', 'icontains', 'endswith'), name)
    .map(([field, operator, value]) => `${field} ${operator} "${value}"`),
  fc
    .tuple(fc.constantFrom('fd.name', 'fd.directory'), fc.constantFrom('=', '!=', 'startswith', 'endswith', 'icontains', 'glob'), path)
    .map(([field, operator, value]) => `${field} ${operator} "${value}"`),
  fc
    .tuple(fc.constantFrom('proc.pid', 'user.uid', 'fd.rport'), fc.constantFrom('=', '!=', '<', '<=', '>', '>='), number)
    .map((words) => words.join(' ')),
  fc.tuple(fc.constantFrom('fd.ip', 'fd.rip', 'fd.lip'), fc.constantFrom('=', '!='), address).map((words) => words.join(' ')),
  fc.constantFrom(
    'fd.name pmatch (/etc, /tmp)',
    'proc.name in (shells)',
    'container.id = host',
    'container.id != host',
    'container.id startswith 0a',
    'container.id in (host, x)',
  ),
  fc.constantFrom(
    'fd.ip in (10.0.0.1, 192.0.2.7)',
    'fd.net = 10.0.0.0/8',
    'evt.failed = true',
    'evt.is_open_write = true',
    'evt.is_open_read = true',
  ),
  fc.constantFrom(
    'proc.name exists',
    'container.id exists',
    'proc.aname = bash',
    'proc.name = val(proc.pname)',
    'toupper(proc.name) = BASH',
    'opened',
    'by_shell',
  ),
  fc.constantFrom(
    'evt.type = open',
    'evt.type != open',
    'evt.type in (open, connect)',
    'evt.arg.flags contains WRONLY',
    'proc.name contains oneof (b, s)',
  ),
)
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    check,
    fc.tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition')).map(([left, word, right]) => `(${left} ${word} ${right})`),
    tie('condition').map((inner) => `not (${inner})`),
  ),
}))

test('whatever a condition matches passes its filter, and where the filter is exact nothing else does', () => {
  fc.assert(
    fc.property(condition, fc.array(row, { minLength: 1, maxLength: 20 }), (text, rows) => {
      const { filter, exact, matches } = load(text)
      for (const one of rows) {
        const fields = Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined))
        const event = {
          id: '1',
          hostname: 'web-1',
          timeNs: 1,
          kind: 'file.open',
          type: String(one['evt.type']),
          processId: undefined,
          processKey: undefined,
          fields,
        }
        const matched = matches(flatEvent(wholeFields(event), 1))
        if (matched || exact) expect(passes(filter, one), `${text}\n${JSON.stringify(one)}`).toBe(matched)
      }
    }),
    { numRuns: 3000 },
  )
})

const FILTERS: readonly (readonly [condition: string, exact: boolean, filter: HistoryFilter])[] = [
  ['proc.name = bash', true, { op: 'in', column: 'proc.name', values: ['bash'] }],
  ['opened', true, { op: 'in', column: 'evt.type', values: ['open', 'openat'] }],
  ['fd.rport >= 1024', true, { op: 'compare', column: 'fd.rport', sign: '>=', value: 1024 }],
  ['fd.name startswith /etc/', true, { op: 'text', column: 'fd.name', how: 'startswith', value: '/etc/' }],
  ['not proc.name = bash', true, { op: 'not', part: { op: 'in', column: 'proc.name', values: ['bash'] } }],
  ['proc.name glob b*', false, { op: 'exists', column: 'proc.name' }],
  ['not proc.name glob b*', false, { op: 'true' }],
  ['proc.aname = sshd', false, { op: 'true' }],
  [
    'fd.ip = 10.0.0.1',
    false,
    {
      op: 'or',
      parts: (['fd.lip', 'fd.rip', 'fd.sip'] satisfies HistoryColumn[]).map((column) => ({ op: 'in', column, values: ['10.0.0.1'] })),
    },
  ],
]

test.each(FILTERS)('%s', (text, exact, filter) => {
  const { matches: _, ...made } = load(text)
  expect(made).toEqual({ exact, filter })
})

test('a condition that would make a filter too large to be read is looked at event by event', () => {
  const values = Array.from({ length: 200 }, (_, index) => `v${index}`).join(', ')
  const { exact, filter } = load(
    Array.from({ length: 30 }, (_, index) => `proc.pid != ${index} and proc.name in (${values}, x${index})`).join(' or '),
  )
  expect({ exact, filter }).toEqual({ exact: false, filter: { op: 'true' } })
})
