/** Every field of the vocabulary, one line per file of definitions. */
import type { FieldDefinition, Vocabulary } from './field.ts'
import { CONTAINER_FIELDS } from './fields/container.ts'
import { DNS_FIELDS } from './fields/dns.ts'
import { EVT_FIELDS } from './fields/evt.ts'
import { EVT_ARG_FIELDS, namedArgumentField } from './fields/evt-arg.ts'
import { EVT_COUNT_FIELDS, namedTypeField } from './fields/evt-count.ts'
import { EVT_IO_FIELDS } from './fields/evt-io.ts'
import { EVT_TIME_FIELDS } from './fields/evt-time.ts'
import { FD_FIELDS } from './fields/fd.ts'
import { FD_SOCKET_FIELDS } from './fields/fd-socket.ts'
import { FILE_FIELDS } from './fields/file.ts'
import { FS_FIELDS } from './fields/fs.ts'
import { GROUP_FIELDS } from './fields/group.ts'
import { K8S_FIELDS } from './fields/k8s.ts'
import { MEMORY_FIELDS } from './fields/memory.ts'
import { MODULE_FIELDS } from './fields/module.ts'
import { MOUNT_FIELDS } from './fields/mount.ts'
import { PROC_FIELDS } from './fields/proc.ts'
import { PROC_ANCESTOR_FIELDS } from './fields/proc-ancestor.ts'
import { PROC_EXE_FIELDS } from './fields/proc-exe.ts'
import { PROC_GROUP_FIELDS } from './fields/proc-group.ts'
import { TARGET_FIELDS } from './fields/target.ts'
import { namedCgroupField, THREAD_FIELDS } from './fields/thread.ts'
import { UNOBSERVED_FIELDS } from './fields/unobserved.ts'
import { USAGE_FIELDS } from './fields/usage.ts'
import { USER_FIELDS } from './fields/user.ts'

/** In the order of the reference: who did it, to what, where. */
export const FIELDS: readonly FieldDefinition[] = [
  ...EVT_FIELDS,
  ...EVT_TIME_FIELDS,
  ...EVT_ARG_FIELDS,
  ...EVT_IO_FIELDS,
  ...EVT_COUNT_FIELDS,
  ...PROC_FIELDS,
  ...PROC_ANCESTOR_FIELDS,
  ...PROC_GROUP_FIELDS,
  ...PROC_EXE_FIELDS,
  ...THREAD_FIELDS,
  ...USAGE_FIELDS,
  ...USER_FIELDS,
  ...GROUP_FIELDS,
  ...FD_FIELDS,
  ...FD_SOCKET_FIELDS,
  ...FILE_FIELDS,
  ...FS_FIELDS,
  ...MOUNT_FIELDS,
  ...MEMORY_FIELDS,
  ...MODULE_FIELDS,
  ...TARGET_FIELDS,
  ...DNS_FIELDS,
  ...CONTAINER_FIELDS,
  ...K8S_FIELDS,
  ...UNOBSERVED_FIELDS,
]

const BY_NAME: ReadonlyMap<string, FieldDefinition> = new Map(FIELDS.map((field) => [field.name, field]))

export const VOCABULARY: Vocabulary = Object.freeze({
  field: (name: string) => BY_NAME.get(name) ?? namedArgumentField(name) ?? namedCgroupField(name) ?? namedTypeField(name),
  names: Object.freeze(FIELDS.map(({ name }) => name)),
})
