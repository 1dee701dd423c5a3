/** A finding for examples and tests, so that each need say only what matters to it. */
import type { Finding } from './finding.ts'

export const SAMPLE_FINDING: Finding = Object.freeze({
  id: '01-0001-00000042',
  rule: 'Read of a password file',
  priority: 'warning',
  source: 'syscall',
  tags: ['credential_access', 'host'],
  attack: [{ id: 'T1003.008' }],
  output: 'Password file read (file=/etc/shadow process=odd command=odd /etc/shadow user=root)',
  outputFields: { 'fd.name': '/etc/shadow', 'proc.name': 'odd', 'user.uid': 0, 'container.name': null },
  timeNs: Number(1_700_000_000_123_456_768n),
  hostname: 'web-1',
  eventIds: ['7f3a-0-42'],
  lineage: [
    { pid: 1234, startNs: 81_000_000_000, name: 'odd', exePath: '/tmp/odd', cmdline: 'odd /etc/shadow', user: 'root' },
    { pid: 900, startNs: 80_000_000_000, name: 'bash', exePath: '/usr/bin/bash', cmdline: '-bash', user: 'root' },
  ],
  containerId: undefined,
  processKey: '1234@81000000000',
  why: [{ check: 'fd.name = /etc/shadow', value: '/etc/shadow', held: true, macros: [] }],
  confidence: 'high',
  workload: undefined,
  object: { file: '/etc/shadow', ip: undefined, port: undefined },
  foldKey: 'Read of a password file|1234@81000000000',
  count: 1,
})
