/** Events and processes made by hand, complete enough for every field. For tests and benches. */
import { encodeRecord, type RecordValues } from './encode.ts'
import type { AnyKernelEvent, FlatEvent } from './event.ts'
import type { HostView } from './host-view.ts'
import { KINDS, type KindName } from './kinds.ts'
import type { Process } from './process.ts'
import { batchOf } from './raw-record.ts'
import { type HeaderRecord, RECORD_CLASS, type RecordByKind, TYPE_NAMES } from './records.gen.ts'

const BOOT_NS = 1_700_000_000_000_000_000

/** A shell of user 1000 on the host; what is given replaces its parts. */
export function sampleProcess(given: Partial<Process> = {}): Process {
  const { comm = 'bash', argv = ['-bash'] } = given
  const args = argv.slice(1).join(' ')
  return {
    pid: 1234,
    startNs: 80_000_000_000,
    vpid: 1234,
    parent: undefined,
    ppid: 1,
    comm,
    kernelName: comm,
    exePath: '/usr/bin/bash',
    argv,
    args,
    cmdline: args === '' ? comm : `${comm} ${args}`,
    env: ['PATH=/usr/bin', 'HOME=/home/ana'],
    cwd: '/home/ana',
    exe: { ino: 42, dev: 1 << 20, mode: 0o100_755, uid: 0, ctimeNs: BOOT_NS, mtimeNs: BOOT_NS, flags: 0 },
    execs: [],
    execCount: 17,
    argumentsKnown: true,
    containerKnown: true,
    execTimeNs: 80_500_000_000,
    uid: 1000,
    gid: 1000,
    euid: 1000,
    egid: 1000,
    loginuid: 1000,
    sid: 1234,
    vsid: 1234,
    pgid: 1234,
    vpgid: 1234,
    tty: 0,
    pidNs: 1,
    mntNs: 2,
    userNs: 3,
    netNs: 4,
    cgroupId: 5,
    cgroup: '/user.slice',
    cgroups: [{ controllers: '', path: '/user.slice' }],
    container: undefined,
    unit: undefined,
    stdin: 2,
    stdout: 2,
    stderr: 2,
    names: {
      user: (uid) => (uid === 1000 ? { name: 'ana', home: '/home/ana', shell: '/bin/bash' } : undefined),
      group: (gid) => (gid === 1000 ? 'ana' : undefined),
    },
    userName: 'ana',
    groupName: 'ana',
    loginName: 'ana',
    exitNs: undefined,
    changes: 0,
    ...given,
  }
}

export const SAMPLE_HOST: HostView = Object.freeze({
  hostname: 'web-1',
  bootTimeNs: BOOT_NS,
  process: () => undefined,
  usage: () => undefined,
  startedNs: 80_000_000_000,
  domainOf: () => undefined,
  fileNameOf: (_dev: number, _ino: number, path: string) => path,
  pidNamespaceStartNs: () => undefined,
})

export interface SampleContext {
  readonly process?: Process
  readonly host?: HostView
}

/** A record of a kind, in a batch of its own. */
export function sampleRecord<K extends KindName>(kind: K, values: RecordValues): RecordByKind[K] {
  const id = KINDS.find(({ name }) => name === kind)?.id ?? 0
  const RecordClass = RECORD_CLASS[id] as new (...record: ConstructorParameters<typeof HeaderRecord>) => HeaderRecord
  return new RecordClass(batchOf(encodeRecord(kind, values)), 0) as RecordByKind[K]
}

/** An event of a kind, done by the sample process unless another is given. */
export function sampleEvent<K extends KindName>(kind: K, values: RecordValues, context: SampleContext = {}): AnyKernelEvent {
  const { process = sampleProcess(), host = SAMPLE_HOST } = context
  const own = { pid: process.pid, tid: process.pid, startNs: process.startNs, euid: process.euid, egid: process.egid }
  const record = sampleRecord(kind, { timeNs: 81_000_000_000, flags: 4, ...own, ...values })
  return {
    ...{ id: 'boot-0-1', source: 'syscall', kind, type: TYPE_NAMES[record.type] ?? '', number: 1 },
    ...{ timeNs: host.bootTimeNs + record.timeNs, record, process, host },
  } as AnyKernelEvent
}

/** One event of every kind, with the examples of its definition for values. */
export function exampleEvents(): AnyKernelEvent[] {
  return KINDS.map(({ name, fields }) => {
    const values = Object.entries(fields).map(([field, { example }]) => [field, Array.isArray(example) ? Buffer.from(example) : example])
    return sampleEvent(name, Object.fromEntries(values))
  })
}

export function flatEvent(values: Readonly<Record<string, unknown>>): FlatEvent {
  return {
    ...{ id: 'flat-1', source: 'syscall', kind: 'flat', number: 1, timeNs: BOOT_NS, values },
    type: String(values['evt.type'] ?? ''),
  }
}
