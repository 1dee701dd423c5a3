/** user.*: whose rights the process has, and who logged in. */

import { defineField, processField } from '../field-readers/define-field.ts'
import type { Process, UserEntry } from '../process.ts'

const NO_LOGIN = 0xffff_ffff

const entryOf = (process: Process, uid: number): UserEntry | undefined => process.names.user(uid)

export const USER_FIELDS = [
  defineField({
    name: 'user.uid',
    type: 'number',
    doc: 'Effective user id of the thread, as the host counts.',
    example: 1000,
    read: (event) => event.record.euid,
  }),
  processField({
    name: 'user.name',
    type: 'string',
    doc: "Name of the effective user, from the process's own /etc/passwd; root for id 0 where it has none.",
    example: 'www-data',
    of: (process, event) => entryOf(process, event.record.euid)?.name ?? (event.record.euid === 0 ? 'root' : undefined),
  }),
  processField({
    name: 'user.homedir',
    type: 'string',
    doc: 'Home directory of the effective user.',
    example: '/home/ana',
    of: (process, event) => entryOf(process, event.record.euid)?.home,
  }),
  processField({
    name: 'user.shell',
    type: 'string',
    doc: 'Login shell of the effective user.',
    example: '/bin/bash',
    of: (process, event) => entryOf(process, event.record.euid)?.shell,
  }),
  defineField({
    name: 'user.ruid',
    type: 'number',
    doc: 'Real user id of the thread.',
    example: 1000,
    read: (event) => event.record.uid,
  }),
  defineField({
    name: 'user.loginuid',
    type: 'number',
    doc: 'User id at login (audit); -1 when the process belongs to no login.',
    example: 1000,
    read: (event) => (event.record.loginuid === NO_LOGIN ? -1 : event.record.loginuid),
  }),
  processField({
    name: 'user.loginname',
    type: 'string',
    doc: 'Name of the user who logged in; missing when the process belongs to no login.',
    example: 'ana',
    of: (process) => process.loginName,
  }),
]
