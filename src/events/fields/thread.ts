/** thread.*: the thread that did it. */
import { capabilityNames } from '../arguments/capabilities.ts'
import type { FieldDefinition } from '../field.ts'
import { defineField, defineFieldWithArgument, processField } from '../field-readers/define-field.ts'

const SETS = [
  ['effective', 'capEffective', 'that the kernel checks'],
  ['permitted', 'capPermitted', 'that it may make effective'],
  ['inheritable', 'capInheritable', 'that it may keep over an exec'],
] as const

const CAPABILITIES = SETS.map(([set, field, what]) =>
  defineField({
    name: `thread.cap_${set}`,
    type: 'string',
    doc: `Capabilities ${what}, by name, with blanks between.`,
    example: 'CAP_NET_ADMIN CAP_SYS_ADMIN',
    read: (event) => capabilityNames(event.record[field]),
  }),
)

const CGROUP = defineFieldWithArgument({
  name: 'thread.cgroup',
  type: 'string',
  doc: 'Path of the cgroup in the hierarchy of one controller; on a host with version 2 only, the one path there is.',
  example: '/system.slice/ssh.service',
  argument: { kind: 'word', required: true, doc: 'Controller, by a dot: `thread.cgroup.memory`.' },
  reader: (controller) => (event) =>
    event.process?.cgroups.find(({ controllers }) => controllers.split(',').includes(String(controller)))?.path ??
    event.process?.cgroups.find(({ controllers }) => controllers === '')?.path,
})

/** The definition of `thread.cgroup.memory`: a field of its own. */
export function namedCgroupField(name: string): FieldDefinition | undefined {
  const [, controller] = /^thread\.cgroup\.(\w+)$/.exec(name) ?? []
  if (controller === undefined) return undefined
  const { type, doc, example } = CGROUP
  return defineField({ name, type, doc, example, read: CGROUP.bind(controller) })
}

export const THREAD_FIELDS = [
  defineField({ name: 'thread.tid', type: 'number', doc: 'Thread id on the host.', example: 1235, read: (event) => event.record.tid }),
  defineField({
    name: 'thread.vtid',
    type: 'number',
    doc: "Thread id in the process's own pid namespace.",
    example: 8,
    read: (event) => event.record.vtid,
  }),
  defineField({
    name: 'thread.ismain',
    type: 'boolean',
    doc: 'True for the main thread of the process.',
    example: true,
    read: (event) => event.record.tid === event.record.pid,
  }),
  defineField({
    name: 'thread.name',
    type: 'string',
    doc: 'Name of the thread (comm) as the kernel has it, which may differ from that of its process: MainThread, worker-1.',
    example: 'worker-1',
    read: (event) => commText(event.record.comm),
  }),
  processField({
    name: 'thread.nametid',
    type: 'string',
    doc: 'proc.name and thread.tid, one behind the other.',
    example: 'curl1235',
    of: (process, event) => `${process.comm}${event.record.tid}`,
  }),
  processField({
    name: 'thread.cgroups',
    type: 'string',
    doc: 'Every cgroup hierarchy with its path, `controllers=path`, with blanks between; version 2 is called unified.',
    example: 'memory=/system.slice/ssh.service',
    of: (process) => process.cgroups.map(({ controllers, path }) => `${controllers || 'unified'}=${path}`).join(' '),
  }),
  CGROUP,
  ...CAPABILITIES,
]

function commText(comm: Buffer): string {
  const end = comm.indexOf(0)
  return comm.toString('utf8', 0, end < 0 ? comm.length : end)
}
