/**
 * Records of the Linux audit daemon, by their type. Where a rule asks for a system call, that is the event; where it asks for
 * none, running a program is. Arguments are texts in EXECVE records only (in SYSCALL records they are registers).
 */
import { TYPES } from '../../events/types.ts'
import { type FieldMapping, type FieldMappings, outputOf, type Source } from '../source.ts'
import { RAN } from './process.ts'

/** Beyond, the kernel's audit writes them in parts. */
const MAX_ARGUMENTS = 64

const YES_NO: FieldMapping = { to: [], values: { yes: 'evt.failed = false', no: 'evt.failed = true' } }

const PROCESS_FIELDS: FieldMappings = {
  exe: 'proc.exepath',
  comm: 'proc.name',
  pid: 'proc.pid',
  ppid: 'proc.ppid',
  uid: 'user.ruid',
  euid: 'user.uid',
  auid: 'user.loginuid',
  egid: 'group.gid',
  success: YES_NO,
  cwd: 'proc.cwd',
  proctitle: 'proc.exeline',
}

const SYSCALL: FieldMapping = { to: [], values: Object.fromEntries(TYPES.map((name) => [name, `evt.type = ${name}`])) }

function argumentFields(): FieldMappings {
  const rest = Array.from({ length: MAX_ARGUMENTS }, (_, index): [string, FieldMapping] => [
    `a${index + 1}`,
    { to: [`proc.args[${index}]`], emptyWhenMissing: true },
  ])
  return { a0: 'proc.exe', ...Object.fromEntries(rest) }
}

const ON_PATHS =
  'evt.type in (open, openat, openat2, creat, rename, renameat, renameat2, unlink, unlinkat, rmdir, mkdir, mkdirat, chmod, fchmodat, chown, lchown, fchownat, truncate, mknod, mknodat, execve, execveat)'

export const auditd: Source = {
  logsource: { product: 'linux', service: 'auditd' },
  recordField: 'type',
  records: {
    syscall: {
      base: RAN,
      baseUnless: 'SYSCALL',
      keywords: ['proc.exeline'],
      fields: { ...PROCESS_FIELDS, SYSCALL, syscall: SYSCALL },
      output: outputOf(),
    },
    execve: { base: RAN, keywords: ['proc.exeline'], fields: { ...PROCESS_FIELDS, ...argumentFields() }, output: outputOf() },
    path: {
      base: ON_PATHS,
      keywords: ['fd.name'],
      fields: {
        ...PROCESS_FIELDS,
        name: { to: ['fd.name', 'fs.path.name', 'fs.path.target'] },
        nametype: {
          to: [],
          values: {
            create: '(evt.is_open_create = true or evt.type in (creat, rename, renameat, renameat2, mkdir, mkdirat, mknod, mknodat))',
            delete: 'evt.type in (unlink, unlinkat, rmdir, rename, renameat, renameat2)',
            normal: '(evt.is_open_create = false and not evt.type in (mkdir, mkdirat, mknod, mknodat))',
          },
        },
      },
      output: outputOf('file=%fd.name'),
    },
    cwd: { base: RAN, keywords: ['proc.cwd'], fields: PROCESS_FIELDS, output: outputOf() },
    proctitle: { base: RAN, keywords: ['proc.exeline'], fields: PROCESS_FIELDS, output: outputOf() },
  },
}
