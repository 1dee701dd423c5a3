/**
 * How many events per second the rules take, on one core: over events whose records lie in memory (fields are decoded when a
 * rule asks for them), and from the batch on, with decoding and enrichment. Run: node bench/evaluate.ts [--profile]
 *
 * Rule sets: the starter pack in rules/; Falco's official files, where TARSIER_FALCO_RULES names a folder that has them; and
 * 100 and 10,000 made rules, to show what the number of rules costs. Prints Markdown.
 */
import { existsSync } from 'node:fs'
import { createEngine, type Engine } from '../src/detect/engine.ts'
import { createEnricher, type Enricher } from '../src/enrich/enrich.ts'
import { sampleHost } from '../src/enrich/sample-host.ts'
import { encodeRecord, type RecordValues } from '../src/events/encode.ts'
import type { AnyKernelEvent } from '../src/events/event.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import type { KindName } from '../src/events/kinds.ts'
import { type Batch, batchOf } from '../src/events/raw-record.ts'
import { type HeaderRecord, ProcessSnapshotRecord } from '../src/events/records.gen.ts'
import { loadRules, type RuleSet } from '../src/lang/load-rules.ts'
import { readTextFiles } from '../src/lib/text-files.ts'
import { eachRecord } from '../src/sources/each-record.ts'
import { median } from './statistics.ts'

const SECOND = 1e9
const EVENTS = 8192
const RUNS = 7
const TURNS = 24
const MAX_FILE_BYTES = 8 * 1024 * 1024

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
  ...{ pidNs: 4_026_531_836, mntNs: 4_026_531_841, userNs: 4_026_531_837, netNs: 4_026_531_840, cgroupId: 4321, loginuid: 4_294_967_295 },
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

function station(): Enricher {
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

function nsPerEvent(turn: () => void): number {
  for (let warm = 0; warm < 12; warm++) turn()
  const runs = Array.from({ length: RUNS }, () => {
    const start = threadNs()
    for (let time = 0; time < TURNS; time++) turn()
    return (threadNs() - start) / (EVENTS * TURNS)
  })
  return median(runs)
}

let matches = 0
const onMatch = (): void => {
  matches++
}

function evaluateOnly(engine: Engine, batch: Batch): number {
  const enricher = station()
  const events: AnyKernelEvent[] = []
  eachRecord(batch, (record) => events.push(enricher.enrich(record)))
  return nsPerEvent(() => {
    for (const event of events) engine.evaluate(event, onMatch)
  })
}

function fromTheBatch(engine: Engine, batch: Batch): number {
  const enricher = station()
  return nsPerEvent(() => eachRecord(batch, (record) => void engine.evaluate(enricher.enrich(record), onMatch)))
}

/** Rules as people write them by the hundred: one program and one place each. */
function madeRules(count: number): RuleSet {
  const text = Array.from(
    { length: count },
    (_, index) => `- rule: made ${index}
  desc: d
  priority: INFO
  output: o
  condition: evt.type in (openat, connect) and proc.name = program-${index} and fd.name startswith /srv/${index % 977}/
`,
  ).join('')
  return loadRules([{ path: 'made.yaml', text }], { vocabulary: VOCABULARY })
}

const fromFolder = (folder: string): RuleSet =>
  loadRules(readTextFiles([folder], { extensions: ['.yaml'], maxBytes: MAX_FILE_BYTES }), { vocabulary: VOCABULARY })

const falco = process.env.TARSIER_FALCO_RULES
const sets: readonly (readonly [name: string, rules: RuleSet])[] = [
  ['starter pack', fromFolder('rules')],
  ...(falco !== undefined && existsSync(falco) ? [["Falco's official files", fromFolder(falco)] as const] : []),
  ['100 made rules', madeRules(100)],
  ['10,000 made rules', madeRules(10_000)],
]

const batch = batchOf(Buffer.concat(Array.from({ length: EVENTS }, (_, index) => encodeRecord(...mixed(index)))))
const rate = (ns: number): string => `${(1e3 / ns).toFixed(2)} M/s (${ns.toFixed(0)} ns)`
process.stdout.write('| rules | on | evaluate | decode, enrich and evaluate | matches |\n|---|---|---|---|---|\n')
for (const [name, ruleSet] of sets) {
  const engine = createEngine(ruleSet, VOCABULARY)
  matches = 0
  const alone = evaluateOnly(engine, batch)
  const share = matches / (EVENTS * (12 + RUNS * TURNS))
  const whole = fromTheBatch(engine, batch)
  process.stdout.write(`| ${name} | ${engine.rules.length} | ${rate(alone)} | ${rate(whole)} | ${(share * 100).toFixed(2)} % |\n`)
}
