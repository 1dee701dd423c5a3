import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, eventOf, findingOf } from '../src/store/conformance/samples.ts'
import { openStore } from '../src/store/embedded.ts'
import type { Store } from '../src/store/store.ts'

const CLI = fileURLToPath(new URL('../src/bin/cli.ts', import.meta.url))
let state = ''

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'tarsier-store-commands-'))
  const store = await open()
  store.state.writeFindings({ spool: 's', seq: 1, findings: [{ finding: findingOf({}), incidentId: undefined }], incidents: [] })
  await store.history.append({ spool: 's', seq: 1, events: [1, 2, 3].map((seconds) => eventOf({ seconds })) })
  await store.close()
})
afterAll(() => rmSync(state, { recursive: true, force: true }))

const open = (): Promise<Store> => openStore({ folder: join(state, 'store'), nowNs: () => at(0) })
const path = (name: string): string => join(state, name)

function tarsier(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'store', ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

const inState = (...args: readonly string[]) => tarsier(...args, '--state', state)
const json = (text: string): unknown => JSON.parse(text)

test('the status tells what is there, for people and for programs', () => {
  expect(inState('status').stdout).toContain('3 events')
  const { stdout, status } = inState('status', '--json')
  expect(json(stdout)).toMatchObject({ findings: 1, events: 3, historyStopped: false, retention: { findings: { maxAgeDays: 365 } } })
  expect(status).toBe(0)
})

test('a check of a whole store is well', () => {
  const { stdout, status } = inState('check', '--json')
  expect([json(stdout), status]).toMatchObject([{ ok: true }, 0])
})

test('a backup is restored elsewhere, and replaces nothing unless it is told to', () => {
  expect(json(inState('backup', path('copy'), '--json').stdout)).toMatchObject({ folder: path('copy') })
  expect(tarsier('restore', path('copy'), '--state', path('new'))).toMatchObject({ status: 0, stderr: '' })
  expect(json(tarsier('status', '--json', '--state', path('new')).stdout)).toMatchObject({ findings: 1, events: 3 })
  const refused = tarsier('restore', path('copy'), '--state', path('new'))
  expect([refused.status, refused.stderr]).toEqual([4, expect.stringContaining('STORE_FOLDER_NOT_EMPTY')])
  expect(json(tarsier('restore', path('copy'), '--state', path('new'), '--force', '--json').stdout)).toMatchObject({
    replaced: path('new/store/replaced-1'),
  })
})

test('what is no backup is refused', () => {
  mkdirSync(path('empty'))
  expect(tarsier('restore', path('empty'), '--state', path('other'))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('BACKUP_INVALID'),
  })
  expect(existsSync(path('other'))).toBe(false)
})

test('an export takes the range and the kinds that were asked for, and replaces nothing unless it is told to', () => {
  const args = ['export', path('a.parquet'), '--from', new Date(at(2) / 1e6).toISOString(), '--kind', 'file.open', '--json']
  expect(json(inState(...args).stdout)).toMatchObject({ events: 2 })
  expect(inState(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining('FILE_EXISTS') })
  expect(json(inState(...args, '--force', '--host', 'nobody').stdout)).toMatchObject({ events: 0 })
})

test.each(['status', 'check', 'backup', 'export'])('%s makes no store where there is none', (command) => {
  const args = command === 'backup' || command === 'export' ? [path('target')] : []
  const { status, stderr } = tarsier(command, ...args, '--state', path('nothing'))
  expect([status, stderr]).toEqual([4, expect.stringContaining('there is no store in it')])
  expect([existsSync(path('nothing')), existsSync(path('target'))]).toEqual([false, false])
})

test.each(['status', 'check', 'backup', 'export'])('%s of a store that is used says who can do it', async (command) => {
  const store = await open()
  try {
    const args = command === 'backup' || command === 'export' ? [path('target')] : []
    const { status, stderr } = inState(command, ...args)
    expect([status, stderr]).toEqual([4, expect.stringContaining('POST /api/store/backups')])
  } finally {
    await store.close()
  }
})

test('damage is found, and told by the exit code', () => {
  expect(tarsier('restore', path('copy'), '--state', path('harmed')).status).toBe(0)
  writeFileSync(path('harmed/store/history.duckdb'), 'no database at all')
  const { stdout, status } = tarsier('check', '--state', path('harmed'))
  expect([stdout, status]).toEqual([expect.stringContaining('1 of 4 parts are damaged'), 1])
})
