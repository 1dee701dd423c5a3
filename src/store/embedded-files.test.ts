import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../lib/log.ts'
import { checkStore } from './check-store.ts'
import { ALWAYS, at, eventOf, findingOf, START_NS } from './conformance/samples.ts'
import { openStore, type StoreOptions } from './embedded.ts'
import type { Store } from './store.ts'

let folder = ''
let said = ''
const log = createLog({ write: (line) => (said += line), format: 'text', level: 'info', colour: false, nowNs: () => 0 })
const everything = { range: ALWAYS, filter: { op: 'true' } } as const

beforeEach(() => {
  said = ''
  folder = mkdtempSync(join(tmpdir(), 'tarsier-store-'))
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true, force: true })
})

const path = (name: string): string => join(folder, name)

async function within<Result>(work: (store: Store) => Result | Promise<Result>, options: Partial<StoreOptions> = {}): Promise<Result> {
  const store = await openStore({ folder, nowNs: () => START_NS, log, ...options })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const events = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => eventOf({ id: `${from}-${index}`, seconds: from + index }))

async function fill(store: Store): Promise<void> {
  store.state.writeFindings({ spool: 's', seq: 1, findings: [{ finding: findingOf({}), incidentId: undefined }], incidents: [] })
  store.state.access.audit.append({ timeNs: at(0), userId: 'u', userName: 'n', address: '', action: 'a', target: 't', detail: {} })
  await store.history.append({ spool: 's', seq: 1, events: events(0, 5000) })
}

/** Writes over so many bytes from there on. */
function overwrite(name: string, from: number, count: number): void {
  const file = openSync(path(name), 'r+')
  writeSync(file, Buffer.alloc(count, 0xa5), 0, count, from)
  closeSync(file)
}

describe('the folder', () => {
  test('is made where it is missing, for its owner alone, with all that is in it', async () => {
    const deep = path('a/b')
    const store = await openStore({ folder: deep, nowNs: () => START_NS })
    try {
      await fill(store)
      // DuckDB makes its log anew again and again, as it likes; the folder keeps others out.
      const modes = readdirSync(deep)
        .filter((name) => name !== 'history.duckdb.wal')
        .map((name) => [name, (statSync(join(deep, name)).mode & 0o777).toString(8)])
      expect(statSync(deep).mode & 0o777).toBe(0o700)
      expect(modes.length).toBeGreaterThan(2)
      expect(modes.filter(([, mode]) => mode !== '600')).toEqual([])
    } finally {
      await store.close()
    }
  })

  test('is used by one at a time, and free again when that one has closed it', async () => {
    await within(async () => {
      await expect(within(() => {})).rejects.toMatchObject({ code: 'STORE_IN_USE' })
      await expect(checkStore(folder)).rejects.toMatchObject({ code: 'STORE_IN_USE' })
    })
    await within(() => {})
  })

  test('is free again when it could not be opened', async () => {
    writeFileSync(path('state.sqlite'), 'this is no database, and long enough to be seen as one that is damaged'.repeat(100))
    await expect(within(() => {})).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
    rmSync(path('state.sqlite'))
    await within(() => {})
  })

  test('that cannot be one is an error that says so', async () => {
    writeFileSync(path('file'), '')
    await expect(openStore({ folder: path('file/store'), nowNs: () => 0 })).rejects.toMatchObject({ code: 'STORE_UNOPENED' })
  })
})

describe('a store of a later version', () => {
  test('is not touched when the state is', async () => {
    await within(fill)
    const state = new DatabaseSync(path('state.sqlite'))
    state.exec('PRAGMA user_version = 99')
    state.close()
    await expect(within(() => {})).rejects.toMatchObject({ code: 'STORE_NEWER', facts: { found: 99 } })
  })

  test('is not touched when history is: it is not put aside', async () => {
    await within(fill)
    const history = await DuckDBInstance.create(path('history.duckdb'))
    const connection = await history.connect()
    await connection.run("INSERT INTO schema_steps VALUES (99, 'later')")
    connection.closeSync()
    history.closeSync()
    await expect(within(() => {})).rejects.toMatchObject({ code: 'STORE_NEWER', facts: { found: 99 } })
    expect(existsSync(path('history.duckdb.damaged'))).toBe(false)
  })
})

describe('damaged state', () => {
  const HARM: readonly [sentence: string, harm: () => void][] = [
    ['the first page written over', () => overwrite('state.sqlite', 0, 4096)],
    ['cut off', () => truncateSync(path('state.sqlite'), 3000)],
  ]
  test.each(HARM)('%s is an error, and the file stays as it is', async (_, harm) => {
    await within(fill)
    harm()
    const before = readFileSync(path('state.sqlite'))
    await expect(within(() => {})).rejects.toMatchObject({ code: 'STORE_DAMAGED' })
    expect(readFileSync(path('state.sqlite')).equals(before)).toBe(true)
    expect((await checkStore(folder)).find(({ name }) => name === 'state')?.ok).toBe(false)
  })
})

describe('damaged history', () => {
  const HARM: readonly [sentence: string, harm: () => void][] = [
    ['all of it written over', () => writeFileSync(path('history.duckdb'), Buffer.alloc(50_000, 7))],
    ['the headers written over', () => overwrite('history.duckdb', 0, 12_288)],
    ['cut off', () => truncateSync(path('history.duckdb'), 20_000)],
    ['empty but for a few bytes', () => writeFileSync(path('history.duckdb'), 'DUCK')],
  ]
  test.each(HARM)('%s is put aside with a warning, and history begins anew; findings are there', async (_, harm) => {
    await within(fill)
    harm()
    expect((await checkStore(folder)).find(({ name }) => name === 'history')?.ok).toBe(false)
    await within(async (store) => {
      expect([await store.history.count(everything), store.history.position('s'), store.state.findings.count({})]).toEqual([0, 0, 1])
      await store.history.append({ spool: 's', seq: 2, events: events(0, 10) })
    })
    expect(said).toContain('history begins anew')
    expect(existsSync(path('history.duckdb.damaged'))).toBe(true)
    expect(await within((store) => store.history.count(everything))).toBe(10)
  })

  test('a log of changes that was cut off loses what was not acknowledged, and no more', async () => {
    await within(fill)
    const store = await openStore({ folder, nowNs: () => START_NS, log })
    await store.history.append({ spool: 's', seq: 2, events: events(9000, 10) })
    const wal = readFileSync(path('history.duckdb.wal'))
    const file = readFileSync(path('history.duckdb'))
    await store.close()
    writeFileSync(path('history.duckdb'), file)
    writeFileSync(path('history.duckdb.wal'), wal.subarray(0, wal.length - 20))
    expect(await within((again) => [again.history.position('s')])).toEqual([1])
    expect(await within((again) => again.history.count(everything))).toBe(5000)
  })
})

describe('a check', () => {
  test('of a whole store finds all well', async () => {
    await within(fill)
    expect(await checkStore(folder)).toEqual([
      { name: 'state', ok: true, detail: '1 findings, schema 2' },
      { name: 'references', ok: true, detail: 'none leads nowhere' },
      { name: 'audit', ok: true, detail: '1 entries, the chain holds' },
      { name: 'history', ok: true, detail: '5,000 events' },
    ])
  })

  test('of a folder without a store makes none', async () => {
    await expect(checkStore(folder)).rejects.toMatchObject({ code: 'STORE_UNOPENED' })
    expect(readdirSync(folder)).toEqual([])
  })

  test('finds an entry of the audit log that somebody changed, although they took the guards away', async () => {
    await within(fill)
    const state = new DatabaseSync(path('state.sqlite'))
    expect(() => state.exec("UPDATE audit SET document = replace(document, 'target', 'x')")).toThrow('never changed')
    expect(() => state.exec('DELETE FROM audit')).toThrow('from the first on')
    state.exec(`DROP TRIGGER audit_is_never_changed; UPDATE audit SET document = replace(document, '"t"', '"u"')`)
    state.close()
    expect((await checkStore(folder)).find(({ name }) => name === 'audit')).toEqual({
      name: 'audit',
      ok: false,
      detail: 'the chain breaks at entry 1',
    })
  })
})

describe('too little room', () => {
  let freeBytes = 0
  const measureSpace = () => ({ freeBytes, totalBytes: 1000 })
  const finding = (seq: number) => ({
    spool: 'f',
    seq,
    findings: [{ finding: findingOf({ id: String(seq) }), incidentId: undefined }],
    incidents: [],
  })

  test('history stops before findings do, says so, and goes on when there is room again', async () => {
    await within(
      async (store) => {
        freeBytes = 50
        await store.history.append({ spool: 's', seq: 1, events: events(0, 1) })
        expect(await store.status()).toMatchObject({ historyStopped: false, freeBytes: 50, events: 1 })
        freeBytes = 49
        await expect(store.history.append({ spool: 's', seq: 2, events: events(1, 1) })).rejects.toMatchObject({ code: 'STORE_FULL' })
        store.state.writeFindings(finding(1))
        expect(await store.status()).toMatchObject({ historyStopped: true, findings: 1, events: 1 })
        expect(store.history.position('s')).toBe(1)
        freeBytes = 51
        await store.history.append({ spool: 's', seq: 2, events: events(1, 1) })
        expect(await store.status()).toMatchObject({ historyStopped: false, events: 2 })
      },
      { measureSpace },
    )
  })

  test('how much is left to findings can be said', async () => {
    freeBytes = 500
    await within(
      (store) => expect(store.history.append({ spool: 's', seq: 1, events: [] })).rejects.toThrow('the last 600 B are kept for findings'),
      { measureSpace, reserveBytes: 600 },
    )
  })
})
