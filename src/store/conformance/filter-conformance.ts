import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HISTORY_COLUMNS, type HistoryColumn, type HistoryEvent } from '../../findings/history-event.ts'
import type { HistoryFilter } from '../../findings/history-filter.ts'
import { type Engine, sharedStore } from './engine.ts'
import { ALWAYS, eventOf } from './samples.ts'

/** The columns that filters are tried on: of each type more than one. */
const COLUMNS = ['fd.name', 'proc.name', 'fd.rport', 'proc.pid', 'evt.failed', 'evt.is_open_write'] as const satisfies HistoryColumn[]
const ROWS = 200

type Value = string | number | boolean
type Row = Partial<Record<HistoryColumn, Value>>

/** Whether a row passes, as plainly as it can be said. A comparison with what is missing is false. */
function passes(filter: HistoryFilter, row: Row): boolean {
  switch (filter.op) {
    case 'true':
      return true
    case 'false':
      return false
    case 'and':
      return filter.parts.every((part) => passes(part, row))
    case 'or':
      return filter.parts.some((part) => passes(part, row))
    case 'not':
      return !passes(filter.part, row)
    case 'exists':
      return row[filter.column] !== undefined
    case 'in':
      return filter.values.some((value) => value === row[filter.column])
    case 'compare': {
      const value = row[filter.column]
      return typeof value === 'number' && compares(value, filter.sign, filter.value)
    }
    case 'text': {
      const value = row[filter.column]
      return typeof value === 'string' && hasText(value, filter.how, filter.value)
    }
    default:
      return filter satisfies never
  }
}

function compares(left: number, sign: '<' | '<=' | '>' | '>=', right: number): boolean {
  const results = { '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right }
  return results[sign]
}

/** Byte for byte: as UTF-8, so that a half of a character is no part of it. */
function hasText(value: string, how: 'startswith' | 'endswith' | 'contains' | 'icontains', wanted: string): boolean {
  const whole = bytes(how === 'icontains' ? lowered(value) : value)
  const part = bytes(how === 'icontains' ? lowered(wanted) : wanted)
  if (how === 'startswith') return whole.subarray(0, part.length).equals(part)
  if (how === 'endswith') return part.length <= whole.length && whole.subarray(whole.length - part.length).equals(part)
  return whole.includes(part)
}

const lowered = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** A lone surrogate as the three bytes that UTF-8 would have for it. */
function bytes(text: string): Buffer {
  return Buffer.concat([...text].map((one) => (one.isWellFormed() ? Buffer.from(one) : surrogateBytes(one.charCodeAt(0)))))
}

const surrogateBytes = (unit: number): Buffer => Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)])

const piece = fc.constantFrom(
  'a',
  'A',
  'b',
  'é',
  'É',
  '%',
  '_',
  "'",
  '"',
  '\\',
  '\u0000',
  '\n',
  '\u001b',
  '😀',
  '\udcff',
  '\udc80',
  '/',
  'ß',
  '.*',
)
const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
const number = fc.oneof(fc.integer({ min: -2, max: 5 }), fc.constantFrom(0.5, 2 ** 40, 2 ** 53, -0, 443, 4294967295))
const value: Record<'text' | 'number' | 'boolean', fc.Arbitrary<Value>> = { text, number, boolean: fc.boolean() }

const row: fc.Arbitrary<Row> = fc.record(Object.fromEntries(COLUMNS.map((column) => [column, value[HISTORY_COLUMNS[column]]])), {
  requiredKeys: [],
})

const column = fc.constantFrom(...COLUMNS)
const leaf: fc.Arbitrary<HistoryFilter> = fc.oneof(
  fc.constantFrom<HistoryFilter>({ op: 'true' }, { op: 'false' }),
  fc.record({ op: fc.constant('exists' as const), column }),
  fc.record({ op: fc.constant('in' as const), column, values: fc.array(fc.oneof(text, number, fc.boolean()), { maxLength: 4 }) }),
  fc.record({ op: fc.constant('compare' as const), column, sign: fc.constantFrom('<' as const, '<=', '>', '>='), value: number }),
  fc.record({
    op: fc.constant('text' as const),
    column,
    how: fc.constantFrom('startswith' as const, 'endswith', 'contains', 'icontains'),
    value: text,
  }),
)
const { filter } = fc.letrec<{ filter: HistoryFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ op: fc.constantFrom('and' as const, 'or'), parts: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), part: tie('filter') }),
  ),
}))

export function filterConformance(engine: Engine): void {
  describe('filters over history', () => {
    const rows = fc.sample(row, { numRuns: ROWS, seed: 7 })
    const store = sharedStore(engine, ({ history }) => history.append({ spool: 's', seq: 1, events: rows.map(asEvent) }))

    test('a filter finds what the plainest reading of it finds', async () => {
      const check = fc.asyncProperty(filter, async (one) => {
        const { items } = await store().history.list({ range: ALWAYS, filter: one }, { limit: ROWS, cursor: undefined })
        const expected = rows.flatMap((fields, index) => (passes(one, fields) ? [index] : []))
        expect(items.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(expected)
      })
      await fc.assert(check, { numRuns: 150 })
    })

    test('what is compared is given back as it was', async () => {
      const { items } = await store().history.list({ range: ALWAYS, filter: { op: 'true' } }, { limit: ROWS, cursor: undefined })
      for (const { id, fields } of items) expect(fields).toEqual({ 'evt.type': 'open', ...rows[Number(id)] })
    })
  })
}

function asEvent(fields: Row, index: number): HistoryEvent {
  return eventOf({ id: String(index), seconds: index, type: 'open', fields })
}
