/** Nouns for the suites; each test says only what matters to it. Times are given in seconds after `START_NS`. */
import type { Finding } from '../../findings/finding.ts'
import type { HistoryEvent } from '../../findings/history-event.ts'
import type { Incident } from '../../findings/incident.ts'
import type { ProcessRecord } from '../../findings/process-record.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'

export const START_NS = 1_700_000_000_000_000_000
export const ALWAYS = { fromNs: 0, toNs: 4e18 }

/** No number holds each ns of our time: these are as a host would tell them. */
export function at(seconds: number): number {
  return START_NS + seconds * 1e9
}

type Timed<Noun> = Partial<Noun> & { readonly seconds?: number }

export function findingOf({ seconds = 0, ...facts }: Timed<Finding>): Finding {
  return { ...SAMPLE_FINDING, timeNs: at(seconds), ...facts }
}

export function incidentOf({ seconds = 0, ...facts }: Timed<Incident>): Incident {
  return {
    id: 'incident-1',
    title: 'A shell was started by nginx on web-1',
    state: 'open',
    assignee: undefined,
    hostname: 'web-1',
    keys: [{ kind: 'process-tree', value: 'web-1/1234@81000000000' }],
    risk: 40,
    priority: 'warning',
    techniques: ['T1059.004'],
    rules: ['Shell of a server'],
    findings: 1,
    firstNs: at(seconds),
    lastNs: at(seconds),
    containerId: undefined,
    processKey: undefined,
    ...facts,
  }
}

export function recordOf({ seconds = 0, ...facts }: Timed<ProcessRecord>): ProcessRecord {
  const processKey = facts.processKey ?? '1234@81000000000'
  return {
    id: `${processKey}#0`,
    processKey,
    parentKey: undefined,
    hostname: 'web-1',
    timeNs: at(seconds),
    pid: Number(processKey.split('@')[0]),
    ppid: 1,
    name: 'bash',
    exePath: '/usr/bin/bash',
    cmdline: 'bash -i',
    user: 'root',
    uid: 0,
    containerId: undefined,
    containerName: undefined,
    image: undefined,
    startedNs: at(seconds),
    fields: { 'proc.name': 'bash', 'proc.exepath': '/usr/bin/bash', 'user.uid': 0, 'proc.aname[1]': 'sshd' },
    ...facts,
  }
}

export function eventOf({ seconds = 0, ...facts }: Timed<HistoryEvent>): HistoryEvent {
  return {
    id: `7f3a-0-${seconds}`,
    hostname: 'web-1',
    timeNs: at(seconds),
    kind: 'file.open',
    type: 'openat',
    processId: undefined,
    processKey: undefined,
    fields: { 'evt.type': 'openat', 'fd.name': '/etc/passwd', 'fs.flags': 'O_RDONLY' },
    ...facts,
  }
}
