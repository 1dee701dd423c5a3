/** group.*: the group whose rights the process has. */
import { defineField, processField } from '../field-readers/define-field.ts'

export const GROUP_FIELDS = [
  defineField({
    name: 'group.gid',
    type: 'number',
    doc: 'Effective group id of the thread, as the host counts.',
    example: 1000,
    read: (event) => event.record.egid,
  }),
  processField({
    name: 'group.name',
    type: 'string',
    doc: "Name of the effective group, from the process's own /etc/group; root for id 0 where it has none.",
    example: 'www-data',
    of: (process, event) => process.names.group(event.record.egid) ?? (event.record.egid === 0 ? 'root' : undefined),
  }),
]
