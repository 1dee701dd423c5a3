/** Arguments of the calls that start, end, trace and signal processes, or change their rights and namespaces. */

import { describeDescriptor } from '../fields/fd.ts'
import type { HeaderRecord, ProcessExecRecord } from '../records.gen.ts'
import { FILE_FLAGS } from '../shared-fields.ts'
import {
  type CallArgument,
  callsOf,
  describedDescriptor,
  descriptor,
  group,
  hex,
  named,
  number,
  path,
  processId,
  RES,
  text,
  user,
} from './argument.ts'
import { KEYCTL_OPERATIONS, PRCTL_OPTIONS, PTRACE_REQUESTS, SIGNALS } from './codes.ts'
import { CLONE_FLAGS, EXECVEAT_FLAGS, flagNames, type NamedBits } from './flags.ts'

const EXE_FLAGS: NamedBits = [
  ['EXE_WRITABLE', FILE_FLAGS.writable],
  ['EXE_UPPER_LAYER', FILE_FLAGS.upperLayer],
  ['EXE_FROM_MEMFD', FILE_FLAGS.memfd],
  ['EXE_LOWER_LAYER', FILE_FLAGS.lowerLayer],
]

const EXEC: readonly CallArgument<ProcessExecRecord>[] = [
  RES,
  text('exe', (_, event) => event.process?.argv[0]),
  text('args', (_, event) => event.process?.args),
  number('tid', (record) => record.tid),
  number('pid', (record) => record.pid),
  number('ptid', (record) => record.ppid),
  text('cwd', (record) => record.cwd),
  text('comm', (_, event) => event.process?.comm),
  text('env', (_, event) => event.process?.env.join(' ')),
  number('tty', (record) => record.tty),
  number('vpgid', (record) => record.vpgid),
  user('loginuid', (record) => record.loginuid),
  named(
    'flags',
    (record) => record.fileFlags,
    (record) => flagNames(EXE_FLAGS, record.fileFlags),
  ),
  hex('cap_inheritable', (record) => record.capInheritable),
  hex('cap_permitted', (record) => record.capPermitted),
  hex('cap_effective', (record) => record.capEffective),
  number('exe_ino', (record) => record.ino),
  number('exe_ino_ctime', (record) => record.exeCtimeNs),
  number('exe_ino_mtime', (record) => record.exeMtimeNs),
  user('uid', (record) => record.euid),
  text('trusted_exepath', (record) => record.exe),
  number('pgid', (record) => record.pgid),
  group('gid', (record) => record.egid),
  path(
    'filename',
    (record) => record.rawPath,
    (record) => record.exe,
  ),
]

const execCalls = callsOf('process.exec', { execve: EXEC, execveat: EXEC })

const failedExecCalls = callsOf('process.exec_failed', {
  execve: [
    RES,
    path(
      'filename',
      (record) => record.rawPath,
      (record) => record.path,
    ),
  ],
  execveat: [
    RES,
    path(
      'filename',
      (record) => record.rawPath,
      (record) => record.path,
    ),
    named(
      'flags',
      (record) => record.execFlags,
      (record) => flagNames(EXECVEAT_FLAGS, record.execFlags),
    ),
  ],
})

const forkCalls = forkLike(['clone', 'fork', 'vfork', 'clone3'])

function forkLike(types: readonly string[]) {
  const list: Parameters<typeof callsOf<'process.fork'>>[1][string] = [
    number('res', (record) => record.childPid),
    text('exe', (_, event) => event.process?.argv[0]),
    text('args', (_, event) => event.process?.args),
    number('tid', (record) => record.tid),
    number('pid', (record) => record.pid),
    number('ptid', (record) => record.ppid),
    text('cwd', (_, event) => event.process?.cwd),
    text('comm', (_, event) => event.process?.comm),
    named(
      'flags',
      (record) => record.cloneFlags,
      (record) => flagNames(CLONE_FLAGS, record.cloneFlags),
    ),
    user('uid', (record) => record.euid),
    group('gid', (record) => record.egid),
    number('vtid', (record) => record.childVpid),
    number('vpid', (record) => record.childVpid),
  ]
  return callsOf('process.fork', Object.fromEntries(types.map((type) => [type, list])))
}

const signalName = (name: string): CallArgument<{ readonly signal: number }> =>
  named(
    name,
    (record) => record.signal,
    (record) => SIGNALS.get(record.signal) ?? '',
  )

const exitCalls = callsOf('process.exit', {
  procexit: [
    number('status', (record) => (record.code << 8) | record.signal),
    number('ret', (record) => record.code),
    signalName('sig'),
    number('core', (record) => record.coreDumped),
  ],
})

const traceCalls = callsOf('inject.ptrace', {
  ptrace: [
    RES,
    hex('addr', (record) => record.address),
    hex('data', (record) => record.dataArgument),
    named(
      'request',
      (record) => record.request,
      (record) => PTRACE_REQUESTS.get(record.request) ?? 'PTRACE_UNKNOWN',
    ),
    processId('pid'),
  ],
})

const memoryCalls = callsOf('inject.process_vm', {
  process_vm_readv: [RES, processId('pid')],
  process_vm_writev: [RES, processId('pid')],
})

const pidfdCalls = callsOf('inject.pidfd_getfd', {
  pidfd_getfd: [
    describedDescriptor('fd', (record) => record.result, describeDescriptor),
    descriptor('pid_fd', (record) => record.pidfd),
    descriptor('target_fd', (record) => record.targetFd),
  ],
})

const killCalls = callsOf('signal.kill', {
  kill: [RES, processId('pid'), signalName('sig')],
  tkill: [RES, processId('tid'), signalName('sig')],
  tgkill: [RES, processId('pid'), number('tid', (record) => record.targetTid), signalName('sig')],
  pidfd_send_signal: [RES, processId('pid'), signalName('sig')],
  rt_sigqueueinfo: [RES, processId('pid'), signalName('sig')],
  rt_tgsigqueueinfo: [RES, processId('pid'), number('tid', (record) => record.targetTid), signalName('sig')],
})

interface Ids {
  readonly arg0: number
  readonly arg1: number
  readonly arg2: number
}
const firstUser = (name: string): CallArgument<Ids> => user(name, (record) => record.arg0)
const secondUser: CallArgument<Ids> = user('euid', (record) => record.arg1)
const firstGroup = (name: string): CallArgument<Ids> => group(name, (record) => record.arg0)
const secondGroup: CallArgument<Ids> = group('egid', (record) => record.arg1)

const idCalls = callsOf('cred.set_ids', {
  setuid: [RES, firstUser('uid')],
  setgid: [RES, firstGroup('gid')],
  setreuid: [RES, firstUser('ruid'), secondUser],
  setregid: [RES, firstGroup('rgid'), secondGroup],
  setresuid: [RES, firstUser('ruid'), secondUser, user('suid', (record) => record.arg2)],
  setresgid: [RES, firstGroup('rgid'), secondGroup, group('sgid', (record) => record.arg2)],
  setfsuid: [RES, firstUser('uid')],
  setfsgid: [RES, firstGroup('gid')],
})

const capabilityCalls = callsOf('cred.capset', {
  capset: [
    RES,
    hex('cap_inheritable', (record) => record.askedInheritable),
    hex('cap_permitted', (record) => record.askedPermitted),
    hex('cap_effective', (record) => record.askedEffective),
  ],
})

const prctlCalls = callsOf('cred.prctl', {
  prctl: [
    RES,
    named(
      'option',
      (record) => record.option,
      (record) => PRCTL_OPTIONS.get(record.option) ?? '',
    ),
    text('arg2_str', (record) => record.newName),
    number('arg2_int', (record) => record.arg2),
  ],
})

const setnsCalls = callsOf('ns.setns', {
  setns: [
    RES,
    descriptor('fd', (record) => record.fd),
    named(
      'nstype',
      (record) => record.nsType,
      (record) => flagNames(CLONE_FLAGS, record.nsType),
    ),
    text('nsname', (record) => record.nsName),
  ],
})

const unshareCalls = callsOf('ns.unshare', {
  unshare: [
    RES,
    named(
      'flags',
      (record) => record.unshareFlags,
      (record) => flagNames(CLONE_FLAGS, record.unshareFlags),
    ),
  ],
})

interface Key {
  readonly keyId: number
  readonly keyDescription: string
}
const KEY_ID: CallArgument<Key & HeaderRecord> = number('key', (record) => record.keyId)
const KEY_DESCRIPTION: CallArgument<Key & HeaderRecord> = text('description', (record) => record.keyDescription)

const keyCalls = callsOf('key.keyctl', {
  keyctl: [
    RES,
    named(
      'operation',
      (record) => record.operation,
      (record) => KEYCTL_OPERATIONS.get(record.operation) ?? '',
    ),
    KEY_ID,
  ],
  add_key: [RES, KEY_DESCRIPTION],
  request_key: [RES, KEY_DESCRIPTION],
})

export const PROCESS_CALLS = [
  execCalls,
  failedExecCalls,
  forkCalls,
  exitCalls,
  traceCalls,
  memoryCalls,
  pidfdCalls,
  killCalls,
  idCalls,
  capabilityCalls,
  prctlCalls,
  setnsCalls,
  unshareCalls,
  keyCalls,
]
