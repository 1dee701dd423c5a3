/** target.*: the process that a call acts on (ptrace, process_vm_*, pidfd_getfd, kill, perf_event_open). Tarsier's own. */
import type { AnyKernelEvent } from '../event.ts'
import type { FieldType, FieldValue } from '../field.ts'
import { defineField } from '../field-readers/define-field.ts'
import { oncePerEvent } from '../field-readers/once-per-event.ts'
import type { Process } from '../process.ts'

interface Target {
  readonly targetPid: number
  readonly targetStartNs: number
}

const KINDS = ['inject.', 'signal.kill', 'kernel.perf_event_open']

function targetRecord(event: AnyKernelEvent): Target | undefined {
  switch (event.kind) {
    case 'inject.ptrace':
    case 'inject.process_vm':
    case 'inject.pidfd_getfd':
    case 'signal.kill':
    case 'kernel.perf_event_open':
      return event.record
    default:
      return undefined
  }
}

const targetOf = oncePerEvent((event): Process | undefined => {
  const target = targetRecord(event)
  return target === undefined || target.targetPid === 0 ? undefined : event.host.process(target.targetPid, target.targetStartNs)
})

type Of = (target: Process, event: AnyKernelEvent) => FieldValue | undefined

const ofTarget = (name: string, type: FieldType, doc: string, example: string | number | boolean, of: Of) =>
  defineField({
    name,
    type,
    doc,
    example,
    kinds: KINDS,
    read: (event) => {
      const target = targetOf(event)
      return target === undefined ? undefined : of(target, event)
    },
  })

export const TARGET_FIELDS = [
  defineField({
    name: 'target.pid',
    type: 'number',
    doc: 'Process id on the host of the process acted on.',
    example: 1234,
    kinds: KINDS,
    read: (event) => targetRecord(event)?.targetPid || undefined,
  }),
  ofTarget('target.name', 'string', 'proc.name of the process acted on.', 'sshd', (target) => target.comm),
  ofTarget('target.exepath', 'string', 'proc.exepath of the process acted on.', '/usr/sbin/sshd', (target) => target.exePath),
  ofTarget('target.cmdline', 'string', 'proc.cmdline of the process acted on.', 'sshd -D', (target) => target.cmdline),
  ofTarget('target.pname', 'string', 'proc.pname of the process acted on.', 'systemd', (target) => target.parent?.comm),
  ofTarget('target.uid', 'number', 'Effective user id of the process acted on.', 0, (target) => target.euid),
  ofTarget('target.user', 'string', 'Name of the effective user of the process acted on.', 'root', (target) => target.userName),
  ofTarget('target.container.id', 'string', 'container.id of the process acted on.', 'host', (target) => target.container?.id ?? 'host'),
  ofTarget('target.is_child', 'boolean', 'True when the process acted on is a child of the process that acts.', true, (target, event) =>
    event.process === undefined ? undefined : target.parent === event.process,
  ),
  ofTarget('target.is_self', 'boolean', 'True when a process acts on itself.', false, (target, event) => target.pid === event.record.pid),
]
