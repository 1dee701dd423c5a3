/** The link to a server with its thread, its files and a real server on a socket. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type IngestServer, startIngestServer } from '../../../test/ingest-server.ts'
import { until } from '../../../test/tarsier.ts'
import type { Finding } from '../../findings/finding.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import type { SensorReport } from '../../findings/sensor-record.ts'
import { openUpstream, type Upstream, type UpstreamOptions } from './upstream.ts'

let folder: string
let said: string[]
let historyLost: number
const opened: Upstream[] = []
const servers: IngestServer[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-upstream-'))
  said = []
  historyLost = 0
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close(0)
  for (const one of servers.splice(0)) await one.close()
  rmSync(folder, { recursive: true })
})

const MIB = 1 << 20
const say = (message: string, facts = {}): void => void said.push(`${message} ${JSON.stringify(facts)}`)
const socket = (): string => join(folder, 'server/ingest.sock')
const spoolFolder = (): string => join(folder, 'spool')

function open(more: Partial<UpstreamOptions> = {}): Upstream {
  const upstream = openUpstream({
    folder: spoolFolder(),
    socketPath: socket(),
    hostname: 'web-1',
    maxBytes: { findings: 64 * MIB, history: 16 * MIB },
    log: { debug: say, info: say, warning: say, error: say },
    onHistoryLost: () => void historyLost++,
    ...more,
  })
  opened.push(upstream)
  return upstream
}

async function serve(): Promise<IngestServer> {
  const server = await startIngestServer(socket())
  servers.push(server)
  return server
}

const finding = (number: number): Finding => ({ ...SAMPLE_FINDING, id: `f${number}` })
const send = (upstream: Upstream, from: number, to: number): void => {
  for (let number = from; number <= to; number++) upstream.finding(finding(number))
}
const ids = (server: IngestServer): string[] => server.findings.map((line) => (line.finding as Finding).id)
const expected = (count: number): string[] => Array.from({ length: count }, (_, index) => `f${index + 1}`)
const arrived = (server: IngestServer, count: number): Promise<void> =>
  until(
    () => server.findings.length >= count,
    15_000,
    () => `${server.findings.length} of ${count}\n${said.join('\n')}`,
  )

test('findings, history and the sensor arrive as they are, in order, numbered', async () => {
  const server = await serve()
  const upstream = open()
  send(upstream, 1, 3)
  upstream.history('"event":{"id":"e1"}}')
  upstream.history('"exit":{"processKey":"1@2"}}')
  upstream.sensor({ hostname: 'web-1', rules: 7 } as SensorReport)
  await arrived(server, 3)
  await until(
    () => server.history.length === 2 && server.sensors.length === 1,
    5000,
    () => said.join('\n'),
  )
  expect(server.findings[1]).toEqual({ seq: 2, finding: JSON.parse(JSON.stringify(finding(2))) })
  expect(server.history).toEqual([
    { seq: 1, event: { id: 'e1' } },
    { seq: 2, exit: { processKey: '1@2' } },
  ])
  expect(server.sensors[0]).toEqual({ hostname: 'web-1', rules: 7 })
  await until(
    () => upstream.stats().findings.sent === 3 && upstream.stats().findings.waiting === 0,
    5000,
    () => JSON.stringify(upstream.stats()),
  )
})

test('what a server misses while it is away arrives when it comes, over its restarts too', async () => {
  const upstream = open()
  send(upstream, 1, 100)
  await until(
    () => upstream.stats().findings.waiting === 100,
    5000,
    () => JSON.stringify(upstream.stats()),
  )
  const first = await serve()
  await arrived(first, 100)
  await first.close()
  servers.splice(0)
  send(upstream, 101, 200)
  const second = await serve()
  await arrived(second, 100)
  expect([...ids(first), ...ids(second)]).toEqual(expected(200))
})

test.each([
  ['that stalls', 'stall'],
  ['without room', 503],
  ['that fails', 500],
] as const)('a server %s for a while gets everything once, in order', async (_, manner) => {
  const server = await serve()
  server.behave = manner
  const upstream = open()
  send(upstream, 1, 50)
  await until(
    () => upstream.stats().findings.waiting === 50,
    5000,
    () => JSON.stringify(upstream.stats()),
  )
  server.behave = 'take'
  if (manner === 'stall') await server.close() // nobody waits for half a minute here: the connection breaks
  const taking = manner === 'stall' ? await serve() : server
  send(upstream, 51, 60)
  await arrived(taking, 60)
  expect(ids(taking)).toEqual(expected(60))
  expect(taking.outOfOrder()).toBe(0)
})

test('a server that takes a part of each request gets the rest with the next', async () => {
  const server = await serve()
  server.behave = (lines) => Math.ceil(lines / 3)
  const upstream = open()
  send(upstream, 1, 100)
  await arrived(server, 100)
  expect([ids(server), server.again(), server.outOfOrder()]).toEqual([expected(100), 0, 0])
})

test('an answer that is lost has the lines sent again, and the server knows them by their numbers', async () => {
  const server = await serve()
  server.behave = 'cut'
  const upstream = open()
  send(upstream, 1, 30)
  await until(
    () => server.again() > 0,
    5000,
    () => said.join('\n'),
  )
  server.behave = 'take'
  await until(
    () => upstream.stats().findings.waiting === 0,
    10_000,
    () => JSON.stringify(upstream.stats()),
  )
  expect(ids(server)).toEqual(expected(30))
})

test('lines of a run that was killed are sent by the next one', async () => {
  const program = join(folder, 'program.ts')
  const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
  writeFileSync(
    program,
    `
    import { openUpstream } from ${url('./upstream.ts')}
    import { SAMPLE_FINDING } from ${url('../../findings/sample-finding.ts')}
    const log = { debug() {}, info() {}, warning: console.error, error: console.error }
    const maxBytes = { findings: 1e8, history: 1e7 }
    const upstream = openUpstream({ folder: process.argv[2], socketPath: '/nobody', hostname: 'web-1', maxBytes, log, onHistoryLost() {} })
    for (let number = 1; number <= 20; number++) upstream.finding({ ...SAMPLE_FINDING, id: 'f' + number })
    setInterval(() => upstream.stats().findings.waiting === 20 && process.kill(process.pid, 'SIGKILL'), 10)
    `,
  )
  const { signal, stderr } = spawnSync(process.execPath, [program, spoolFolder()], {
    encoding: 'utf8',
    timeout: 15_000,
    killSignal: 'SIGTERM',
  })
  expect(signal, stderr).toBe('SIGKILL')
  const server = await serve()
  const upstream = open()
  send(upstream, 21, 25)
  await arrived(server, 25)
  expect(ids(server)).toEqual(expected(25))
  expect(server.spools.size).toBe(2)
})

test('a line that the server refuses is given up, and those around it arrive', async () => {
  const server = await serve()
  const upstream = open()
  upstream.history('"event":{"id":"e1"}}')
  upstream.history('this is no line}')
  upstream.history('"event":{"id":"e3"}}')
  await until(
    () => server.history.length === 2,
    10_000,
    () => JSON.stringify(server.history),
  )
  expect(server.history.map(({ seq }) => seq)).toEqual([1, 3])
  await until(
    () => upstream.stats().history.lost === 1,
    5000,
    () => JSON.stringify(upstream.stats()),
  )
})

test('history that finds no room is counted, told as a gap, and its processes are told anew', async () => {
  const upstream = open({ maxBytes: { findings: 64 * MIB, history: 100_000 } })
  const line = `"event":{"id":"${'x'.repeat(1000)}"}}`
  for (let turn = 0; turn < 50; turn++) upstream.history(line)
  await until(
    () => upstream.stats().history.waiting === 50,
    5000,
    () => JSON.stringify(upstream.stats()),
  )
  for (let turn = 0; turn < 80; turn++) upstream.history(line)
  await until(
    () => upstream.stats().history.lost === 80,
    5000,
    () => JSON.stringify(upstream.stats()),
  )
  const server = await serve()
  await until(
    () => server.history.length === 50,
    10_000,
    () => said.join('\n'),
  )
  upstream.history('"event":{"id":"later"}}')
  await until(
    () => server.history.length === 52,
    5000,
    () => said.join('\n'),
  )
  expect(server.history[50]).toMatchObject({ seq: 51, gap: 80 })
  expect(server.history[51]).toEqual({ seq: 52, event: { id: 'later' } })
  expect(historyLost).toBe(1)
})

test('findings take the room of history, then are counted as lost', async () => {
  const upstream = open({ maxBytes: { findings: 100_000, history: 4_500_000 } })
  const line = `"event":{"id":"${'x'.repeat(10_000)}"}}`
  for (let count = 100; count <= 400; count += 100) {
    for (let turn = 0; turn < 100; turn++) upstream.history(line)
    await until(
      () => upstream.stats().history.waiting === count,
      10_000,
      () => JSON.stringify(upstream.stats()),
    )
  }
  const large = { ...SAMPLE_FINDING, output: 'x'.repeat(100_000) }
  for (let turn = 0; turn < 100; turn++) {
    upstream.finding(large)
    if (turn % 10 === 9)
      await until(
        () => settled(upstream, turn + 1),
        5000,
        () => JSON.stringify(upstream.stats()),
      )
  }
  const { findings, history } = upstream.stats()
  expect(findings.bytes + history.bytes).toBeLessThanOrEqual(4_600_000)
  expect(history.lost).toBeGreaterThan(0)
  expect(findings.lost).toBeGreaterThan(0)
  expect(findings.lost + findings.waiting).toBe(100)
})

const settled = (upstream: Upstream, count: number): boolean => {
  const { waiting, lost } = upstream.stats().findings
  return waiting + lost === count
}

test('a file in the way of the folder is put aside, said, and counted', async () => {
  mkdirSync(spoolFolder())
  writeFileSync(join(spoolFolder(), 'findings'), 'in the way')
  const server = await serve()
  const upstream = open()
  send(upstream, 1, 1)
  await arrived(server, 1)
  expect(upstream.stats().findings.lost).toBe(1)
  expect(readdirSync(spoolFolder())).toContain('findings.damaged')
  expect(said.join('\n')).toContain('put aside')
})

test('closing sends what is left, and does not wait for a server that is away', async () => {
  const server = await serve()
  const upstream = open()
  send(upstream, 1, 500)
  await upstream.close(5000)
  expect(ids(server)).toEqual(expected(500))
  await server.close()
  const alone = open()
  send(alone, 1, 10)
  await alone.close(60_000)
  const after = await serve()
  open()
  await arrived(after, 10)
})
