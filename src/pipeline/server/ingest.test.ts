/** The socket, the intake and a real store, as an agent meets them. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LiveMessage } from '../../api/services.ts'
import type { Finding } from '../../findings/finding.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import { createLog } from '../../lib/log.ts'
import { openStore } from '../../store/embedded.ts'
import type { Store } from '../../store/store.ts'
import { openIngest } from './ingest.ts'
import { createIntake, type Intake } from './intake.ts'
import { createLiveHub } from './live-hub.ts'
import { createOrderDesk, type OrderDesk } from './orders.ts'

const BEGIN_NS = 1_700_000_000e9
const log = createLog({ write: () => {}, format: 'text', level: 'info', colour: false, nowNs: () => BEGIN_NS })
const PAGE = { limit: 500, cursor: undefined }

let folder: string
let desk: OrderDesk
let store: Store
let intake: Intake
let messages: LiveMessage[]
let close: () => Promise<void>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-ingest-'))
  await open()
})
afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<void> {
  let number = 0
  store = await openStore({ folder: join(folder, 'store'), nowNs: () => BEGIN_NS, historyMemoryBytes: 64 * 2 ** 20 })
  const hub = createLiveHub('a')
  messages = []
  hub.subscribe(undefined, (_, message) => messages.push(message))
  intake = createIntake({ store, hub, log, newId: () => `incident-${Date.now()}-${number++}` })
  desk = createOrderDesk(() => performance.now())
  const ingest = await openIngest({ socketPath: socket(), intake, orders: desk, log })
  close = async () => {
    await ingest.close()
    await store.close()
  }
}

const socket = (): string => join(folder, 'server', 'ingest.sock')

interface Answer {
  readonly status: number
  readonly body: { readonly acknowledged?: number }
}

function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}, method = 'POST'): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const asked = request({ socketPath: socket(), path, method, headers }, (answer) => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) }))
  })
  asked.on('error', reject)
  asked.end(body)
  return promise
}

const headers = (first: number, spool = 'one') => ({ 'tarsier-spool': spool, 'tarsier-host': 'web-1', 'tarsier-first': String(first) })
const findingNumber = (number: number, more: Partial<Finding> = {}): Finding => ({
  ...SAMPLE_FINDING,
  id: `finding-${number}`,
  timeNs: BEGIN_NS + number * 1e6,
  ...more,
})
const lines = (...objects: readonly object[]): string => objects.map((object) => `${JSON.stringify(object)}\n`).join('')
const findings = (from: number, to: number): string =>
  lines(...Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index, finding: findingNumber(from + index) })))
const ids = (): string[] =>
  store.state.findings
    .list({}, PAGE)
    .items.map(({ id }) => id)
    .reverse()

describe('findings', () => {
  test('arrive once and in order, however often they are sent', async () => {
    expect(await post('/ingest/findings', findings(1, 3), headers(1))).toEqual({ status: 200, body: { acknowledged: 3 } })
    expect((await post('/ingest/findings', findings(1, 3), headers(1))).body.acknowledged).toBe(3)
    expect((await post('/ingest/findings', findings(2, 5), headers(2))).body.acknowledged).toBe(5)
    expect(ids()).toEqual([1, 2, 3, 4, 5].map((number) => `finding-${number}`))
    expect(messages.filter(({ kind }) => kind === 'finding')).toHaveLength(5)
  })

  test('of a spool that was begun anew are taken from its first line on', async () => {
    await post('/ingest/findings', findings(1, 2), headers(1))
    const more = lines({ seq: 1, finding: findingNumber(7) })
    expect((await post('/ingest/findings', more, headers(1, 'two'))).body.acknowledged).toBe(1)
    expect(ids()).toEqual(['finding-1', 'finding-2', 'finding-7'])
  })

  test('that belong together are one incident, also over a restart of the server', async () => {
    await post('/ingest/findings', findings(1, 2), headers(1))
    await close()
    await open()
    await post('/ingest/findings', findings(3, 4), headers(3))
    const { items } = store.state.incidents.list({}, PAGE)
    expect(items.map((incident) => incident.findings)).toEqual([4])
    expect(store.state.findings.list({ incidentId: items[0]?.id as string }, PAGE).items).toHaveLength(4)
  })

  test('that are broken are left out and counted; the others of the batch are taken', async () => {
    const body = `${lines({ finding: findingNumber(1) })}{"finding":\n${lines({ finding: { id: 7 } }, [], { finding: findingNumber(5) })}`
    expect((await post('/ingest/findings', body, headers(1))).body.acknowledged).toBe(5)
    expect(ids()).toEqual(['finding-1', 'finding-5'])
    expect(intake.counts().broken).toBe(3)
  })
})

describe('history', () => {
  const process = { id: '7@1#0', processKey: '7@1', hostname: 'web-1', timeNs: BEGIN_NS, pid: 7, ppid: 1, name: 'cat', exePath: '/bin/cat' }
  const record = { ...process, cmdline: 'cat x', user: 'root', uid: 0, startedNs: BEGIN_NS, fields: { 'proc.name': 'cat' } }
  const event = (number: number) => ({
    ...{ id: `e${number}`, hostname: 'web-1', timeNs: BEGIN_NS + number, kind: 'file.open', type: 'openat' },
    ...{ processId: '7@1#0', processKey: '7@1', fields: { 'fd.name': `/tmp/${number}` } },
  })
  const range = { fromNs: BEGIN_NS - 1e9, toNs: BEGIN_NS + 1e12 }

  test('is kept once, with the fields of its processes put back, and its holes', async () => {
    const body = lines({ process: record }, { event: event(1) }, { gap: 12, timeNs: BEGIN_NS + 5 }, { event: event(2) })
    expect((await post('/ingest/history', body, headers(1))).body.acknowledged).toBe(4)
    expect((await post('/ingest/history', body, headers(1))).body.acknowledged).toBe(4)
    const { items } = await store.history.list({ range, filter: { op: 'true' } }, PAGE)
    expect(items.map(({ kind }) => kind).sort()).toEqual(['file.open', 'file.open', 'tarsier.gap'])
    expect(items.find(({ id }) => id === 'e1')?.fields).toMatchObject({ 'proc.name': 'cat', 'fd.name': '/tmp/1' })
    expect(intake.counts()).toMatchObject({ events: 3, gaps: 12, broken: 0 })
  })

  test('tells of the end of a process', async () => {
    await post(
      '/ingest/history',
      lines({ process: record }, { exit: { processKey: '7@1', hostname: 'web-1', timeNs: BEGIN_NS + 9e9 } }),
      headers(1),
    )
    expect(store.state.processes.get('web-1', '7@1')?.exitNs).toBe(BEGIN_NS + 9e9)
  })
})

describe('the socket', () => {
  test('is for its owner alone', () => {
    expect(statSync(socket()).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'server')).mode & 0o777).toBe(0o700)
  })

  test.each([
    ['another method', 'PUT', '/ingest/findings', headers(1), 405],
    ['another path', 'POST', '/ingest/other', headers(1), 404],
    ['no headers', 'POST', '/ingest/findings', {}, 400],
    ['a first number that is none', 'POST', '/ingest/findings', { ...headers(1), 'tarsier-first': '0' }, 400],
    ['a spool with a path in it', 'POST', '/ingest/history', headers(1, '../x'), 400],
    ['no report', 'POST', '/ingest/sensor', headers(1), 400],
  ])('refuses %s', async (_, method, path, given, status) => {
    expect((await post(path, '{}\n', given, method)).status).toBe(status)
  })

  test('refuses what is too long, and goes on', async () => {
    expect((await post('/ingest/findings', 'x'.repeat(9 * 1024 * 1024), headers(1))).status).toBe(413)
    expect((await post('/ingest/findings', findings(1, 1), headers(1))).status).toBe(200)
  })
})
