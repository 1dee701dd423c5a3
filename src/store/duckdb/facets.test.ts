import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HISTORY_COLUMNS, type HistoryColumn, type HistoryEvent } from '../../findings/history-event.ts'
import type { HistoryFilter } from '../../findings/history-filter.ts'
import { ALWAYS, eventOf } from '../conformance/samples.ts'
import { appendBatch } from './append.ts'
import { type HistoryDatabase, openHistoryDatabase } from './database.ts'
import { countFacets, type Facets } from './facets.ts'
import { createProcessFields } from './process-fields.ts'

const EVENTS = 3000
const COLUMNS: readonly HistoryColumn[] = ['evt.type', 'fd.name', 'evt.failed', 'fd.rport', 'fd.rip', 'user.uid', 'proc.cmdline']
const EXACT = { grouped: 1e9, takenOut: 0, sliced: 1 }
const TAKEN_OUT = { grouped: 1e9, takenOut: 1e9, sliced: 600 }
const SLICED = { grouped: 500, takenOut: 500, sliced: 600 }

let folder = ''
let database: HistoryDatabase

/** Some values come again and again, others once. */
function made(index: number): HistoryEvent {
  const fields = {
    ...(index % 3 > 0 && { 'fd.name': index % 5 === 0 ? `/etc/often-${index % 4}` : `/tmp/once-${index}` }),
    ...(index % 4 > 0 && { 'fd.rport': index % 2 ? 443 : index, 'evt.failed': index % 8 < 3 }),
    ...(index % 7 === 0 && { 'fd.rip': '10.0.0.1' }),
    'user.uid': index % 6,
  }
  return eventOf({ id: String(index), seconds: index, type: index % 10 ? 'openat' : 'open', fields })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-facets-'))
  database = await openHistoryDatabase({ path: join(folder, 'history.duckdb'), memoryBytes: 2 ** 28, onDamage: () => {} })
  const events = Array.from({ length: EVENTS }, (_, index) => made(index))
  await database.write((connection) =>
    appendBatch(
      connection,
      { spool: 's', seq: 1, events },
      createProcessFields(() => new Map()),
    ),
  )
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const FILTERS: readonly [sentence: string, filter: HistoryFilter][] = [
  ['everything', { op: 'true' }],
  ['most', { op: 'compare', column: 'user.uid', sign: '>', value: 0 }],
  ['a part of a text', { op: 'text', column: 'fd.name', how: 'contains', value: 'ten' }],
  ['little', { op: 'in', column: 'fd.rip', values: ['10.0.0.1'] }],
  ['nothing', { op: 'false' }],
]

test.each(FILTERS)('what is counted in whichever way is the same: %s', async (_, filter) => {
  const request = { query: { range: ALWAYS, filter }, columns: COLUMNS, limit: 4 }
  const exact = await countFacets(database, request, EXACT)
  expect(await countFacets(database, request, TAKEN_OUT).then(frequent)).toEqual(frequent(exact))
  const sliced = await countFacets(database, request, SLICED)
  for (const column of COLUMNS) {
    const without = sliced[column]?.some(({ value }) => value === null) ? [] : [null]
    const expected = frequent(exact)[column]?.filter(({ value }) => !without.includes(value as null)) ?? []
    expect(sliced[column]?.slice(0, expected.length), column).toEqual(expected)
  }
})

/** Of values that came once nobody can say which are to be shown. */
function frequent(facets: Facets): Facets {
  return Object.fromEntries(COLUMNS.map((column) => [column, facets[column]?.filter(({ count }) => count > 1) ?? []]))
}

test('values have the type of their column', async () => {
  for (const bounds of [EXACT, TAKEN_OUT, SLICED]) {
    const facets = await countFacets(database, { query: { range: ALWAYS, filter: { op: 'true' } }, columns: COLUMNS, limit: 9 }, bounds)
    for (const column of COLUMNS) {
      const types = new Set(facets[column]?.filter(({ value }) => value !== null).map(({ value }) => typeof value))
      expect([...types]).toEqual([{ text: 'string', number: 'number', boolean: 'boolean' }[HISTORY_COLUMNS[column]]].slice(0, types.size))
    }
  }
})

test('of no columns there are none', async () => {
  expect(await countFacets(database, { query: { range: ALWAYS, filter: { op: 'true' } }, columns: [], limit: 4 }, SLICED)).toEqual({})
})
