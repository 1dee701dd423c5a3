/** Events as of a busy server, made by number: what the engine is measured over. */
import { createEnricher, type Enricher } from '../src/enrich/enrich.ts'
import { sampleHost } from '../src/enrich/sample-host.ts'
import { encodeRecord, type RecordValues } from '../src/events/encode.ts'
import type { AnyKernelEvent } from '../src/events/event.ts'
import type { KindName } from '../src/events/kinds.ts'
import { type Batch, batchOf } from '../src/events/raw-record.ts'
import { type HeaderRecord, ProcessSnapshotRecord } from '../src/events/records.gen.ts'
import { eachRecord } from '../src/sources/each-record.ts'
import { MADE_HOST } from './made-host.ts'
import { median } from './statistics.ts'

const SECOND = 1e9
/** How many events the stream has. */
export const EVENTS = 8192
const WARM = 12
const RUNS = 7
const TURNS = 24
/** How often nsPerEvent goes through the events where it is not told otherwise. */
export const PASSES = WARM + RUNS * TURNS

/** The records of the stream as they come from the kernel. */
export const streamBatch = (): Batch => batchOf(Buffer.concat(Array.from({ length: EVENTS }, (_, index) => encodeRecord(...mixed(index)))))

/** The events of the batch with what the enricher knows of them. */
export function enriched(batch: Batch): readonly AnyKernelEvent[] {
  const enricher = station()
  const events: AnyKernelEvent[] = []
  eachRecord(batch, (record) => events.push(enricher.enrich(record)))
  return events
}

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T

const PROGRAMS = [
  'nginx',
  'python3',
  'node',
  'postgres',
  'bash',
  'java',
  'containerd',
  'kubelet',
  'dockerd',
  'redis-server',
  'sshd',
  'cron',
]
const FILES = [
  ...Array.from({ length: 97 }, (_, index) => `/usr/lib/x86_64-linux-gnu/lib${index}.so.1`),
  ...Array.from({ length: 40 }, (_, index) => `/var/lib/app/data/${index}/segment.bin`),
  ...Array.from({ length: 30 }, (_, index) => `/proc/${index + 1000}/stat`),
  ...['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/tmp/session-42', '/var/log/app.log', '/usr/bin/python3'],
]

const own = (pid: number, timeNs: number): RecordValues => ({
  ...MADE_HOST,
  ...{ pid, tid: pid, vpid: pid, ppid: 1, startNs: pid * SECOND, timeNs, comm: pick(PROGRAMS, pid), flags: 4 },
})

const SOCKET = { family: 2, socketType: 1, protocol: 6, role: 1, state: 1, localPort: 40_000, remotePort: 443 }
const ADDRESSES = { localAddress: Buffer.from([10, 0, 0, 1]), remoteAddress: Buffer.from([192, 0, 2, 7]) }
const PROCESSES = 300

/** Shares as on a busy server: mostly files opened, every fifth of them to write; some connections, messages and new processes. */
function mixed(index: number): [KindName, RecordValues] {
  const base = own(1000 + (index % PROCESSES), 2000 * SECOND + index * 1000)
  const turn = index % 20
  const path = pick(FILES, index * 7)
  if (turn < 13) {
    const openFlags = turn % 5 === 0 ? 0o1101 : 0o2000000
    return ['file.open', { ...base, type: 'openat', path, rawPath: path, result: 3, openFlags, fileMode: 33_188 }]
  }
  if (turn < 16) return ['net.connect', { ...base, ...SOCKET, ...ADDRESSES }]
  if (turn === 16) return ['net.send', { ...base, ...SOCKET, ...ADDRESSES, type: 'sendto', payload: 'GET / HTTP/1.1', messageSize: 14 }]
  return processEvent(index, turn, base)
}

function processEvent(index: number, turn: number, base: RecordValues): [KindName, RecordValues] {
  const child = 100_000 + index
  const startNs = 2000 * SECOND + index * 1000
  const childOwn = { ...own(child, startNs + 10), ppid: Number(base.pid), startNs }
  if (turn === 17) return ['process.fork', { ...base, childPid: child + 1, childVpid: child + 1, childStartNs: startNs + 1000 }]
  if (turn === 18) return ['process.exec', { ...childOwn, exe: '/usr/bin/true', argv: 'true\0-v\0', env: 'PATH=/usr/bin\0', cwd: '/' }]
  return ['process.exit', { ...childOwn, pid: child - 1, tid: child - 1, startNs: startNs - 1000 }]
}

/** An enricher that has seen the processes of the stream start. */
export function station(): Enricher {
  const enricher = createEnricher({ host: sampleHost(), bootTimeNs: 1.7e18, bootId: 'bench' })
  const records = Array.from({ length: PROCESSES }, (_, index) =>
    encodeRecord('process.snapshot', { ...own(1000 + index, 1000 * SECOND), exe: `/usr/bin/${pick(PROGRAMS, 1000 + index)}`, cwd: '/' }),
  )
  const found: HeaderRecord[] = []
  eachRecord(batchOf(Buffer.concat(records)), (record) => record instanceof ProcessSnapshotRecord && found.push(record))
  enricher.observeSnapshot(found as Parameters<Enricher['observeSnapshot']>[0])
  return enricher
}

/** CPU time of this thread, so that what else runs on the machine counts little. */
function threadNs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) * 1000
}

/** CPU time per event of the stream, in ns: the median of several runs of `turn`, which goes through the stream once, `turns` times a run. */
export function nsPerEvent(turn: () => void, turns = TURNS): number {
  for (let warm = 0; warm < Math.min(WARM, turns); warm++) turn()
  const runs = Array.from({ length: RUNS }, () => {
    const start = threadNs()
    for (let time = 0; time < turns; time++) turn()
    return (threadNs() - start) / (EVENTS * turns)
  })
  return median(runs)
}
