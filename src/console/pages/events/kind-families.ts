/** Kinds of events by what they are about: nobody wants to choose among fifty. */
import type { KindName } from '../../../events/kinds.ts'

export interface KindFamily {
  readonly name: string
  readonly kinds: readonly KindName[]
}

export const KIND_FAMILIES: readonly KindFamily[] = [
  {
    name: 'Processes',
    kinds: [
      'process.exec',
      'process.exec_failed',
      'process.exit',
      'process.fork',
      'process.rename',
      'cgroup.make',
      'process.snapshot',
      'signal.kill',
      'fd.dup',
    ],
  },
  {
    name: 'Files',
    kinds: [
      'file.chmod',
      'file.chown',
      'file.link',
      'file.memfd_create',
      'file.mkdir',
      'file.mknod',
      'file.open',
      'file.rename',
      'file.setxattr',
      'file.truncate',
      'file.unlink',
    ],
  },
  {
    name: 'Network',
    kinds: ['net.accept', 'net.bind', 'net.connect', 'net.listen', 'net.recv', 'net.send', 'net.shutdown', 'net.socket', 'net.tcp_state'],
  },
  { name: 'Rights and keys', kinds: ['cred.capset', 'cred.prctl', 'cred.set_ids', 'key.keyctl'] },
  { name: 'Namespaces and mounts', kinds: ['ns.setns', 'ns.unshare', 'mount.mount', 'mount.root', 'mount.umount'] },
  { name: 'Memory and injection', kinds: ['inject.pidfd_getfd', 'inject.process_vm', 'inject.ptrace', 'memory.protect'] },
  {
    name: 'Kernel',
    kinds: [
      'kernel.bpf',
      'kernel.kexec',
      'kernel.module',
      'kernel.perf_event_open',
      'kernel.userfaultfd',
      'uring.setup',
      'syscall.compat',
      'event.repeat',
    ],
  },
]

/** Chosen kinds as few names: a family that is chosen whole stands for its kinds. */
export function namedKinds(chosen: readonly string[]): readonly { readonly name: string; readonly kinds: readonly string[] }[] {
  const whole = KIND_FAMILIES.filter(({ kinds }) => kinds.every((kind) => chosen.includes(kind)))
  const covered = new Set<string>(whole.flatMap(({ kinds }) => kinds))
  const single = chosen.filter((kind) => !covered.has(kind)).map((kind) => ({ name: kind, kinds: [kind] }))
  return [...whole, ...single]
}
