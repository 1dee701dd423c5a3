/** evt.*: what every event has, whoever did it. */
import { errnoName } from '../arguments/errno.ts'
import type { AnyKernelEvent } from '../event.ts'
import { defineField } from '../field-readers/define-field.ts'
import { definitionOf, textNames } from '../field-readers/kind-of-event.ts'
import { categoryOf, resultOf } from '../field-readers/outcome-of-event.ts'
import { HEADER_FLAGS } from '../header.ts'

const has = (event: AnyKernelEvent, bit: number) => (event.record.flags & bit) !== 0

/** `SUCCESS` or the name of the error. */
function resultText(result: number): string {
  return result >= 0 ? 'SUCCESS' : (errnoName(-result) ?? String(result))
}

const NOT_A_CALL = new Set(['procexit', 'snapshot', 'tcp_state', 'compat', 'rename_task', 'cgroup_mkdir'])

export const EVT_FIELDS = [
  defineField({
    name: 'evt.num',
    type: 'number',
    doc: 'Number of the event, counted from the start of the agent.',
    example: 4711,
    read: (event) => event.number,
    flat: (event) => event.number,
  }),
  defineField({
    name: 'evt.id',
    type: 'string',
    doc: 'Names the event for ever on this host: boot, CPU and number on that CPU.',
    example: '3f2a-0-4711',
    read: (event) => event.id,
    flat: (event) => event.id,
  }),
  defineField({
    name: 'evt.type',
    type: 'string',
    doc: 'Name of the system call, or of what happened where it was no call (procexit, tcp_state).',
    example: 'openat',
    read: (event) => event.type,
    flat: (event) => event.type,
  }),
  defineField({
    name: 'syscall.type',
    type: 'string',
    doc: 'Like evt.type, but missing for events that are no system call.',
    example: 'openat',
    read: (event) => (NOT_A_CALL.has(event.type) ? undefined : event.type),
    flat: (event) => (NOT_A_CALL.has(event.type) ? undefined : event.type),
  }),
  defineField({
    name: 'evt.kind',
    type: 'string',
    doc: "Tarsier's own name for the kind of event, one for all calls that do the same.",
    example: 'file.open',
    read: (event) => event.kind,
    flat: (event) => event.values['evt.kind'] ?? event.kind,
  }),
  defineField({
    name: 'evt.dir',
    type: 'string',
    doc: 'Always `<`: an event is reported when the call has returned. Kept for old rules.',
    example: '<',
    read: () => '<',
    flat: () => '<',
  }),
  defineField({
    name: 'evt.source',
    type: 'string',
    doc: 'Where the event comes from.',
    example: 'syscall',
    read: (event) => event.source,
    flat: (event) => event.source,
  }),
  defineField({
    name: 'evt.category',
    type: 'string',
    doc: 'What the event is about: file, net, process, user, memory, signal or other.',
    example: 'file',
    read: categoryOf,
  }),
  defineField({
    name: 'evt.cpu',
    type: 'number',
    doc: 'CPU on which it happened.',
    example: 0,
    read: (event) => event.record.cpu,
  }),
  defineField({
    name: 'evt.hostname',
    type: 'string',
    doc: 'Name of the host.',
    example: 'web-1',
    read: (event) => event.host.hostname,
  }),
  defineField({
    name: 'evt.is_async',
    type: 'boolean',
    doc: 'Always false: Tarsier has no asynchronous events. Kept for old rules.',
    example: false,
    read: () => false,
    flat: () => false,
  }),
  defineField({
    name: 'evt.asynctype',
    type: 'string',
    doc: 'Always missing: Tarsier has no asynchronous events. Kept for old rules.',
    example: 'container',
    read: () => undefined,
  }),
  defineField({
    name: 'evt.res',
    type: 'string',
    doc: 'Result of the call: SUCCESS or the name of the error.',
    example: 'ENOENT',
    read: (event) => {
      const result = resultOf(event)
      return result === undefined ? undefined : resultText(result)
    },
    flat: (event) => {
      const raw = event.values['evt.rawres']
      return typeof raw === 'number' ? resultText(raw) : undefined
    },
  }),
  defineField({
    name: 'evt.rawres',
    type: 'number',
    doc: 'Result of the call as a number; an error is negative.',
    example: -2,
    read: resultOf,
    flat: (event) => (event.values['evt.res'] === 'SUCCESS' ? 0 : undefined),
  }),
  defineField({
    name: 'evt.failed',
    type: 'boolean',
    doc: 'True when the call returned an error.',
    example: false,
    read: (event) => {
      const result = resultOf(event)
      return result === undefined ? undefined : result < 0
    },
    flat: (event) => {
      const text = event.values['evt.res']
      return text === undefined ? undefined : text !== 'SUCCESS'
    },
  }),
  defineField({
    name: 'evt.is_uring',
    type: 'boolean',
    doc: 'True when it was done through io_uring and not through the call that evt.type names.',
    example: false,
    read: (event) => has(event, HEADER_FLAGS.uring),
    flat: () => false,
  }),
  defineField({
    name: 'evt.is_compat',
    type: 'boolean',
    doc: 'True for a 32-bit system call.',
    example: false,
    read: (event) => has(event, HEADER_FLAGS.compat),
    flat: () => false,
  }),
  defineField({
    name: 'evt.repeat',
    type: 'number',
    doc: 'How many equal events of this process were folded into this one since the last.',
    example: 0,
    read: (event) => event.record.repeat,
    flat: () => 0,
  }),
  defineField({
    name: 'evt.truncated',
    type: 'string',
    many: 'list',
    doc: 'Names of the record fields that were longer than a record holds and were cut.',
    example: 'argv',
    read: (event) => {
      const bits = event.record.truncated
      return textNames(definitionOf(event)).filter((_, bit) => (bits & (1 << bit)) !== 0)
    },
  }),
]
