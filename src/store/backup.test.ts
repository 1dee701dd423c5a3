import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ALWAYS, eventOf, findingOf, recordOf, START_NS } from './conformance/samples.ts'
import { openStore } from './embedded.ts'
import { restoreStore } from './restore.ts'
import type { Store } from './store.ts'

let folder = ''
let live = ''
let copy = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-backup-'))
  live = join(folder, 'live')
  copy = join(folder, 'copy')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (path: string): Promise<Store> => openStore({ folder: path, nowNs: () => START_NS, version: '9.9' })
const everything = { range: ALWAYS, filter: { op: 'true' } } as const

async function within<Result>(path: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await open(path)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

async function fill(store: Store, seq: number): Promise<void> {
  store.state.processes.write([recordOf({})], [])
  store.state.writeFindings({
    spool: 's',
    seq,
    findings: [{ finding: findingOf({ id: String(seq) }), incidentId: undefined }],
    incidents: [],
  })
  await store.history.append({ spool: 's', seq, events: [eventOf({ id: String(seq), processId: '1234@81000000000#0' })] })
}

const contents = async (store: Store) => ({
  findings: store.state.findings.count({}),
  events: await store.history.count(everything),
  positions: [store.state.position('findings', 's'), store.history.position('s')],
  name: (await store.history.get('web-1', '1'))?.fields['proc.name'],
})

const ONE = { findings: 1, events: 1, positions: [1, 1], name: 'bash' }

function backedUp(): Promise<void> {
  return within(live, async (store) => {
    await fill(store, 1)
    await store.backUp(copy)
  })
}

test('a copy that was made while the store was used is restored as it was then', async () => {
  const progress: number[] = []
  await within(live, async (store) => {
    await fill(store, 1)
    const { bytes } = await store.backUp(copy, (share) => progress.push(share))
    expect(bytes).toBe(statSync(join(copy, 'state.sqlite')).size + statSync(join(copy, 'history.duckdb')).size)
    await fill(store, 2)
    expect(await contents(store)).toMatchObject({ findings: 2, events: 2, positions: [2, 2] })
  })
  expect(progress).toEqual([...progress].sort((a, b) => a - b))
  expect(progress.at(-1)).toBe(1)
  const { manifest, replaced } = await restoreStore(copy, join(folder, 'new'), { force: false })
  expect([manifest.version, manifest.createdNs, replaced]).toEqual(['9.9', START_NS, undefined])
  expect(await within(join(folder, 'new'), contents)).toEqual(ONE)
})

test('what is written while it is copied is either in the copy as a whole or not at all', async () => {
  await within(live, async (store) => {
    for (let seq = 1; seq <= 20; seq++) await fill(store, seq)
    const done = store.backUp(copy)
    for (let seq = 21; seq <= 60; seq++) await fill(store, seq)
    await done
  })
  await restoreStore(copy, join(folder, 'new'), { force: false })
  await within(join(folder, 'new'), async (store) => {
    const { findings, events, positions } = await contents(store)
    expect([findings, events]).toEqual(positions)
    expect(events).toBeGreaterThanOrEqual(20)
    expect(findings).toBeGreaterThanOrEqual(events)
  })
})

test('files and folders of a copy and of a restored store are their owner’s alone', async () => {
  await backedUp()
  await restoreStore(copy, join(folder, 'new'), { force: false })
  const modes = ['copy', 'copy/manifest.json', 'copy/state.sqlite', 'copy/history.duckdb', 'new', 'new/state.sqlite', 'new/history.duckdb']
  expect(modes.map((path) => (statSync(join(folder, path)).mode & 0o777).toString(8))).toEqual([
    '700',
    '600',
    '600',
    '600',
    '700',
    '600',
    '600',
  ])
})

test('a copy goes only into a folder that is new or empty', async () => {
  mkdirSync(copy)
  writeFileSync(join(copy, 'mine'), 'x')
  await within(live, async (store) => {
    await expect(store.backUp(copy)).rejects.toMatchObject({ code: 'STORE_FOLDER_NOT_EMPTY' })
    await expect(store.backUp(join(copy, 'mine', 'deeper'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  })
  expect(readFileSync(join(copy, 'mine'), 'utf8')).toBe('x')
})

const BROKEN: readonly [sentence: string, harm: () => void, code: string][] = [
  ['no manifest', () => rmSync(join(copy, 'manifest.json')), 'BACKUP_INVALID'],
  ['a manifest that is none', () => writeFileSync(join(copy, 'manifest.json'), '{"format":1}'), 'BACKUP_INVALID'],
  ['a manifest that leads elsewhere', () => edit((text) => text.replace('state.sqlite', '../live/state.sqlite')), 'BACKUP_INVALID'],
  ['a manifest of a later form', () => edit((text) => text.replace('"format": 1', '"format": 2')), 'BACKUP_INVALID'],
  ['a later schema', () => edit((text) => text.replace('"state": 2', '"state": 99')), 'STORE_NEWER'],
  ['a file that is missing', () => rmSync(join(copy, 'history.duckdb')), 'BACKUP_INVALID'],
  ['a file that is longer', () => appendFileSync(join(copy, 'state.sqlite'), 'x'), 'BACKUP_INVALID'],
  ['a file that is shorter', () => truncateSync(join(copy, 'history.duckdb'), 5000), 'BACKUP_INVALID'],
  ['a file of which one byte is another', () => flip(join(copy, 'state.sqlite'), 9000), 'BACKUP_INVALID'],
]

function edit(change: (text: string) => string): void {
  const path = join(copy, 'manifest.json')
  const before = readFileSync(path, 'utf8')
  const after = change(before)
  expect(after).not.toBe(before)
  writeFileSync(path, after)
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

test.each(BROKEN)('of a copy with %s nothing is restored, and what is there stays', async (_, harm, code) => {
  await backedUp()
  harm()
  await expect(restoreStore(copy, live, { force: true })).rejects.toMatchObject({ code })
  expect(await within(live, contents)).toEqual(ONE)
})

test('a store that is used, and one that holds something, are not replaced', async () => {
  await backedUp()
  await within(live, () => expect(restoreStore(copy, live, { force: true })).rejects.toMatchObject({ code: 'STORE_IN_USE' }))
  await expect(restoreStore(copy, live, { force: false })).rejects.toMatchObject({ code: 'STORE_FOLDER_NOT_EMPTY' })
})

test('by force it is, and what was there is kept beside', async () => {
  await backedUp()
  await within(live, (store) => fill(store, 2))
  const { replaced } = await restoreStore(copy, live, { force: true })
  expect(await within(live, contents)).toEqual(ONE)
  expect(await within(replaced ?? '', contents)).toMatchObject({ findings: 2, events: 2 })
  const again = await restoreStore(copy, live, { force: true })
  expect(again.replaced).not.toBe(replaced)
  expect(existsSync(replaced ?? '')).toBe(true)
})

test('after a restore that was ended half-way the store opens only when another came to its end', async () => {
  await backedUp()
  writeFileSync(join(live, 'restoring'), '')
  await expect(open(live)).rejects.toMatchObject({ code: 'STORE_RESTORE_UNFINISHED' })
  await restoreStore(copy, live, { force: true })
  expect(await within(live, contents)).toEqual(ONE)
})
