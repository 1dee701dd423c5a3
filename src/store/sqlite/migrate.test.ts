import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { migrate, schemaOf } from './migrate.ts'
import { type SchemaStep, STATE_SCHEMA } from './schema.ts'

const ONE: SchemaStep = { number: 1, doc: 'a table', sql: 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);' }
const TWO: SchemaStep = { number: 2, doc: 'a column', sql: 'ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = x;' }
const BROKEN: SchemaStep = { number: 3, doc: 'fails', sql: 'UPDATE a SET x = 7; CREATE TABLE a (z INTEGER);' }

let folder = ''
let database: Database

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-migrate-'))
  database = openDatabase(join(folder, 'state.sqlite'))
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const rows = (from: Database = database) => from.prepare<object>('SELECT * FROM a').all()

test('a new file takes every step, and needs no copy', () => {
  expect(migrate(database, [ONE, TWO])).toEqual({ from: 0, to: 2, copy: undefined })
  expect([schemaOf(database), rows()]).toEqual([2, [{ x: 1, y: '1' }]])
})

test('a file takes the steps that it has not seen, and is copied as it was before', () => {
  migrate(database, [ONE])
  const { copy = '' } = migrate(database, [ONE, TWO])
  expect(rows()).toEqual([{ x: 1, y: '1' }])
  expect(statSync(copy).mode & 0o777).toBe(0o600)
  const before = openDatabase(copy)
  try {
    expect([schemaOf(before), rows(before)]).toEqual([1, [{ x: 1 }]])
  } finally {
    before.close()
  }
})

test('a file that has seen all steps stays as it is', () => {
  migrate(database, [ONE])
  expect(migrate(database, [ONE])).toEqual({ from: 1, to: 1, copy: undefined })
})

test('of a step that fails nothing is left, the steps before it stay', () => {
  migrate(database, [ONE])
  expect(() => migrate(database, [ONE, TWO, BROKEN])).toThrow('already exists')
  expect([schemaOf(database), rows()]).toEqual([2, [{ x: 1, y: '1' }]])
  expect(migrate(database, [ONE, TWO])).toMatchObject({ from: 2, to: 2 })
})

test('the steps of the store are numbered without a gap', () => {
  expect(STATE_SCHEMA.map(({ number }) => number)).toEqual(STATE_SCHEMA.map((_, index) => index + 1))
})
