/**
 * What the process tree costs: ns per event for decoding, enriching and reading common fields, and bytes per process with 100,000 of
 * them. Run: node --expose-gc bench/enrich.ts
 */
import { createEnricher, type Enricher } from '../src/enrich/enrich.ts'
import { sampleHost } from '../src/enrich/sample-host.ts'
import { encodeRecord, type RecordValues } from '../src/events/encode.ts'
import type { AnyKernelEvent } from '../src/events/event.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import type { KindName } from '../src/events/kinds.ts'
import { type Batch, batchOf } from '../src/events/raw-record.ts'
import { type HeaderRecord, ProcessSnapshotRecord } from '../src/events/records.gen.ts'
import { eachRecord } from '../src/sources/each-record.ts'
import { MADE_HOST } from './made-host.ts'
import { median } from './statistics.ts'

const SECOND = 1e9
const PROCESSES = 300
const EVENTS = 8192
const TURNS = 60
const RUNS = 7
const MANY = 100_000

const own = (pid: number, timeNs: number): RecordValues => ({
  ...{ ...MADE_HOST, pid, tid: pid, vpid: pid, ppid: 1, startNs: pid * SECOND, timeNs, comm: `worker-${pid}`, flags: 4 },
})

const loopback = { family: 2, socketType: 1, protocol: 6, role: 1, state: 1, localPort: 40_000, remotePort: 443 }
const addresses = { localAddress: Buffer.from([10, 0, 0, 1]), remoteAddress: Buffer.from([192, 0, 2, 7]) }

/** Shares as on a busy server: most of it opens, some connections and messages, a few processes made and ended. */
function mixed(index: number): [KindName, RecordValues] {
  const pid = 1000 + (index % PROCESSES)
  const base = own(pid, 2000 * SECOND + index * 1000)
  const turn = index % 20
  if (turn < 13)
    return [
      'file.open',
      {
        ...base,
        type: 'openat',
        path: `/usr/lib/x86_64-linux-gnu/lib${index % 97}.so.1`,
        rawPath: 'lib.so.1',
        result: 3,
        fileMode: 33_188,
      },
    ]
  if (turn < 16) return ['net.connect', { ...base, ...loopback, ...addresses }]
  if (turn === 16) return ['net.send', { ...base, ...loopback, ...addresses, type: 'sendto', payload: 'GET / HTTP/1.1', messageSize: 14 }]
  const child = 100_000 + index
  const started = 2000 * SECOND + index * 1000
  const forked = {
    ...base,
    childPid: child,
    childVpid: child,
    childStartNs: started,
    childPidNs: MADE_HOST.pidNs,
    childMntNs: MADE_HOST.mntNs,
    childUserNs: MADE_HOST.userNs,
    childNetNs: MADE_HOST.netNs,
  }
  const childOwn = { ...own(child, started + 10), ppid: pid, startNs: started }
  if (turn === 17) return ['process.fork', { ...forked, childPid: child + 1, childStartNs: started + 1000 }]
  if (turn === 18)
    return ['process.exec', { ...childOwn, exe: '/usr/bin/true', argv: 'true\0-v\0', env: `PATH=/usr/bin\0N=${index}\0`, cwd: '/' }]
  return ['process.exit', { ...childOwn, pid: child - 1, tid: child - 1, startNs: started - 1000 }]
}

const manyRecords = (count: number, make: (index: number) => [KindName, RecordValues]): Batch =>
  batchOf(Buffer.concat(Array.from({ length: count }, (_, index) => encodeRecord(...make(index)))))

const snapshotOf = (count: number, from: number, more: (pid: number) => RecordValues = () => ({})): HeaderRecord[] => {
  const records: HeaderRecord[] = []
  const batch = manyRecords(count, (index) => [
    'process.snapshot',
    { ...own(from + index, 1000 * SECOND), exe: '/usr/bin/worker', cwd: '/', fileMode: 33_261, ino: 42, ...more(from + index) },
  ])
  eachRecord(batch, (record) => record instanceof ProcessSnapshotRecord && records.push(record))
  return records
}

function station(): Enricher {
  const enricher = createEnricher({ host: sampleHost(), bootTimeNs: 1.7e18, bootId: 'bench' })
  enricher.observeSnapshot(snapshotOf(PROCESSES, 1000))
  return enricher
}

/** Fields that nearly every rule asks. */
const COMMON = [
  'evt.type',
  'proc.name',
  'proc.exepath',
  'proc.pname',
  'fd.name',
  'fd.typechar',
  'evt.is_open_write',
  'container.id',
  'user.name',
  'evt.rawres',
]

/** CPU time of this thread, so that what else runs on the machine counts little. */
function threadNs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

function nsPerEvent(batch: Batch, use: (event: AnyKernelEvent) => void): number {
  const enricher = station()
  const turn = () => eachRecord(batch, (record) => use(enricher.enrich(record)))
  for (let warm = 0; warm < 10; warm++) turn()
  const runs = Array.from({ length: RUNS }, () => {
    const start = threadNs()
    for (let time = 0; time < TURNS; time++) turn()
    return (threadNs() - start) / (EVENTS * TURNS)
  })
  return median(runs)
}

function decodeOnly(batch: Batch): number {
  let sum = 0
  const turn = () =>
    eachRecord(batch, (record) => {
      sum += record.at
    })
  for (let warm = 0; warm < 10; warm++) turn()
  const start = threadNs()
  for (let time = 0; time < TURNS; time++) turn()
  return sum === 0 ? 0 : (threadNs() - start) / (EVENTS * TURNS)
}

/** 100,000 living processes, each with arguments and an environment of its own; every tenth has run two programs. */
function bytesPerProcess(): { readonly bytes: number; readonly seconds: number } {
  const enricher = createEnricher({
    ...{ bootTimeNs: 1.7e18, bootId: 'bench' },
    host: sampleHost({
      arguments: (pid, done) =>
        done({
          startTicks: pid * 100,
          cmdline: `/usr/bin/worker\0--id=${pid}\0--config=/etc/worker.conf\0`,
          environ: `PATH=/usr/bin:/bin\0HOME=/root\0ID=${pid}\0LANG=C.UTF-8\0`,
        }),
    }),
  })
  globalThis.gc?.()
  const before = process.memoryUsage()
  const start = process.hrtime.bigint()
  for (let from = 1000; from < 1000 + MANY; from += 1000) enricher.observeSnapshot(snapshotOf(1000, from))
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  globalThis.gc?.()
  const after = process.memoryUsage()
  if (enricher.counters().processes !== MANY) throw new Error('not all processes are known')
  return { bytes: (after.heapUsed + after.external - before.heapUsed - before.external) / MANY, seconds }
}

/** The same without processes made and ended, and these alone. */
const CALLS = 17
const calls = manyRecords(EVENTS, (index) => mixed(Math.floor(index / CALLS) * 20 + (index % CALLS)))
const lives = manyRecords(EVENTS, (index) => mixed(Math.floor(index / 3) * 20 + CALLS + (index % 3)))
const batch = manyRecords(EVENTS, mixed)
const readers = COMMON.map((name) => VOCABULARY.field(name)?.bind(undefined) ?? (() => undefined))
let seen = 0
const readAll = (event: AnyKernelEvent) => {
  for (const read of readers) if (read(event) !== undefined) seen++
}

const lines = [
  ['decode', decodeOnly(batch)],
  ['decode + enrich: opens, connects, sends', nsPerEvent(calls, () => {})],
  [`the same + ${COMMON.length} fields`, nsPerEvent(calls, readAll)],
  ['decode + enrich: forks, execs, exits', nsPerEvent(lives, () => {})],
  ['decode + enrich: 17 of the former to 3 of the latter', nsPerEvent(batch, () => {})],
] as const
for (const [what, ns] of lines) process.stdout.write(`${what}: ${ns.toFixed(0)} ns per event (${(1e3 / ns).toFixed(2)} M/s)\n`)
const { bytes, seconds } = bytesPerProcess()
process.stdout.write(
  `100,000 processes: ${bytes.toFixed(0)} bytes each, taken in within ${seconds.toFixed(1)} s (encoding the sample included)\n`,
)
if (seen === 0) throw new Error('no field had a value')
