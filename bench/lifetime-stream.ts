/** Processes that are forked, run a program, open a file and end, one after another, as records of the kernel. Their ids go round. */
import { encodeRecord, type RecordValues } from '../src/events/encode.ts'
import { KINDS, type KindName } from '../src/events/kinds.ts'
import { headerOffset, layoutOf } from '../src/events/layout.ts'
import { type Batch, batchOf } from '../src/events/raw-record.ts'
import { MADE_HOST } from './made-host.ts'

/** Lives that begin in a batch. */
export const PER_BATCH = 1000
/** Processes that live at any time. */
export const ALIVE = 2000
const PIDS = 4_000_000
const STEP_NS = 8_640_000
const HIGH = 0x1_0000_0000

const COMMON: RecordValues = { ...MADE_HOST, ppid: 1, comm: 'worker', flags: 4 }

/** The four records of a life; what is different each time is written into them later. */
const LIFE: readonly [KindName, RecordValues][] = [
  [
    'process.fork',
    {
      ...COMMON,
      pid: 1,
      tid: 1,
      vpid: 1,
      childPidNs: MADE_HOST.pidNs,
      childUserNs: MADE_HOST.userNs,
      childMntNs: MADE_HOST.mntNs,
      childNetNs: MADE_HOST.netNs,
    },
  ],
  [
    'process.exec',
    { ...COMMON, exe: '/usr/bin/python3.11', argv: 'python3\0/srv/job.py\0--shard=17\0', env: 'PATH=/usr/bin\0HOME=/srv\0', cwd: '/srv' },
  ],
  [
    'file.open',
    { ...COMMON, type: 'openat', path: '/srv/data/part-0001', rawPath: 'data/part-0001', result: 3, openFlags: 1, fileMode: 33_188 },
  ],
  ['process.exit', { ...COMMON }],
]

export const EVENTS_PER_LIFE = LIFE.length

const offsetOf = (kind: KindName, field: string): number =>
  layoutOf(KINDS.find(({ name }) => name === kind) as (typeof KINDS)[number]).fields.find(({ name }) => name === field)?.offset ?? 0

const AT = {
  pid: headerOffset('pid'),
  tid: headerOffset('tid'),
  vpid: headerOffset('vpid'),
  start: headerOffset('startNs'),
  time: headerOffset('timeNs'),
}
const CHILD = {
  pid: offsetOf('process.fork', 'childPid'),
  vpid: offsetOf('process.fork', 'childVpid'),
  start: offsetOf('process.fork', 'childStartNs'),
}

const records = LIFE.map(([kind, values]) => encodeRecord(kind, values))
/** A batch for `fill`. */
export const newBatch = (): Batch => batchOf(Buffer.concat(Array.from({ length: PER_BATCH }, () => records).flat()))

function writeTime(view: DataView, at: number, ns: number): void {
  view.setUint32(at, ns % HIGH, true)
  view.setUint32(at + 4, Math.floor(ns / HIGH), true)
}

const pidOf = (life: number): number => 1000 + (life % PIDS)
/** ns since boot. */
export const startOf = (life: number): number => 1e12 + life * STEP_NS

/** Life `first` and those after it begin; the ones that began ALIVE lives before end. */
export function fill({ view }: Batch, first: number): void {
  let at = 0
  for (let life = first; life < first + PER_BATCH; life++) {
    for (const [index, record] of records.entries()) {
      const whose = index === 3 ? Math.max(0, life - ALIVE) : life
      if (index > 0) {
        for (const field of [AT.pid, AT.tid, AT.vpid]) view.setUint32(at + field, pidOf(whose), true)
        writeTime(view, at + AT.start, startOf(whose))
      } else {
        for (const field of [CHILD.pid, CHILD.vpid]) view.setUint32(at + field, pidOf(life), true)
        writeTime(view, at + CHILD.start, startOf(life))
      }
      writeTime(view, at + AT.time, startOf(life) + index * 1000)
      at += record.length
    }
  }
}
