/** The kinds of which the kernel side folds equal events into one (native/bpf/lib/3-fold.h). */
import type { KindName } from './kinds.ts'

export const FOLDED_KINDS: ReadonlySet<KindName> = new Set<KindName>([
  'file.open',
  'net.socket',
  'net.connect',
  'net.accept',
  'inject.ptrace',
  'inject.process_vm',
  'memory.protect',
  'kernel.bpf',
  'signal.kill',
  'syscall.compat',
])
