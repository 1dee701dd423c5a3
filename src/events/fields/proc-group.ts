/** proc.sid, proc.pgid and their kin: session and process group. */

import { defineField, processField } from '../field-readers/define-field.ts'
import { eldestWithSame, firstArgument } from '../field-readers/process-text.ts'
import type { Process } from '../process.ts'

interface Group {
  /** `proc.sid`. */
  readonly name: string
  readonly what: string
  readonly leaderOf: (process: Process) => Process
  /** Falco's name for the leader's name. */
  readonly nameField: string
}

const GROUPS: readonly Group[] = [
  {
    name: 'proc.sid',
    what: 'session',
    leaderOf: (process) => eldestWithSame(process, (one) => one.sid, false),
    nameField: 'proc.sname',
  },
  {
    name: 'proc.vpgid',
    what: 'process group',
    leaderOf: (process) => eldestWithSame(process, (one) => one.vpgid, true),
    nameField: 'proc.vpgid.name',
  },
  {
    name: 'proc.pgid',
    what: 'process group',
    leaderOf: (process) => eldestWithSame(process, (one) => one.pgid, false),
    nameField: 'proc.pgid.name',
  },
]

const LEADERS = GROUPS.flatMap(({ name, what, leaderOf, nameField }) => {
  const doc = (own: string) => `${own} of the leader of the ${what}, or of the eldest ancestor in it.`
  return [
    processField({ name: nameField, type: 'string', doc: doc('proc.name'), example: 'bash', of: (process) => leaderOf(process).comm }),
    processField({
      name: `${name}.exe`,
      type: 'string',
      doc: doc('proc.exe'),
      example: '-bash',
      of: (process) => firstArgument(leaderOf(process)),
    }),
    processField({
      name: `${name}.exepath`,
      type: 'string',
      doc: doc('proc.exepath'),
      example: '/usr/bin/bash',
      of: (process) => leaderOf(process).exePath,
    }),
  ]
})

const inHostNamespace = (process: Process) => process.pid === process.vpid

const NUMBERS = [
  processField({
    name: 'proc.sid',
    type: 'number',
    doc: "Session id in the process's own pid namespace.",
    example: 900,
    of: (process, event) => (inHostNamespace(process) ? event.record.sid : process.vsid),
  }),
  processField({
    name: 'proc.vpgid',
    type: 'number',
    doc: "Process group id in the process's own pid namespace, as of the last exec.",
    example: 7,
    of: (process) => process.vpgid,
  }),
  processField({
    name: 'proc.pgid',
    type: 'number',
    doc: 'Process group id on the host, as of the last exec.',
    example: 1234,
    of: (process) => process.pgid,
  }),
  defineField({
    name: 'proc.is_sid_leader',
    type: 'boolean',
    doc: 'True when the process leads its session.',
    example: false,
    read: (event) => event.record.sid === event.record.pid,
    flat: (event) => equal(event.values['proc.sid'], event.values['proc.vpid']),
  }),
  processField({
    name: 'proc.is_vpgid_leader',
    type: 'boolean',
    doc: 'True when the process leads its process group: an interactive shell puts each command into one of its own.',
    example: true,
    of: (process) => process.pgid === process.pid,
    flat: (event) => equal(event.values['proc.vpgid'], event.values['proc.vpid']),
  }),
  processField({
    name: 'proc.is_pgid_leader',
    type: 'boolean',
    doc: 'Like proc.is_vpgid_leader.',
    example: true,
    of: (process) => process.pgid === process.pid,
    flat: (event) => equal(event.values['proc.pgid'], event.values['proc.pid']),
  }),
]

function equal(a: unknown, b: unknown): boolean | undefined {
  return a === undefined || b === undefined ? undefined : a === b
}

const UNIT = processField({
  name: 'proc.unit',
  type: 'string',
  doc: 'systemd unit that the process belongs to, by its cgroup: a service, scope or socket, not a slice.',
  example: 'ssh.service',
  of: (process) => process.unit,
})

export const PROC_GROUP_FIELDS = [...NUMBERS, ...LEADERS, UNIT]
