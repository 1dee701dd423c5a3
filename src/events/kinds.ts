/** Every event kind of the kernel sensor, one line each. A kind is one file here and one program in native/bpf/. */
import type { EventDefinition } from './define-event.ts'
import { cgroupMake } from './kinds/cgroup-make.ts'
import { credCapset } from './kinds/cred-capset.ts'
import { credPrctl } from './kinds/cred-prctl.ts'
import { credSetIds } from './kinds/cred-set-ids.ts'
import { eventRepeat } from './kinds/event-repeat.ts'
import { fdDup } from './kinds/fd-dup.ts'
import { fileChmod } from './kinds/file-chmod.ts'
import { fileChown } from './kinds/file-chown.ts'
import { fileLink } from './kinds/file-link.ts'
import { fileMemfd } from './kinds/file-memfd.ts'
import { fileMkdir } from './kinds/file-mkdir.ts'
import { fileMknod } from './kinds/file-mknod.ts'
import { fileOpen } from './kinds/file-open.ts'
import { fileRename } from './kinds/file-rename.ts'
import { fileSetxattr } from './kinds/file-setxattr.ts'
import { fileTruncate } from './kinds/file-truncate.ts'
import { fileUnlink } from './kinds/file-unlink.ts'
import { injectPidfdGetfd } from './kinds/inject-pidfd-getfd.ts'
import { injectProcessVm } from './kinds/inject-process-vm.ts'
import { injectPtrace } from './kinds/inject-ptrace.ts'
import { kernelBpf } from './kinds/kernel-bpf.ts'
import { kernelKexec } from './kinds/kernel-kexec.ts'
import { kernelModule } from './kinds/kernel-module.ts'
import { kernelPerf } from './kinds/kernel-perf.ts'
import { kernelUserfaultfd } from './kinds/kernel-userfaultfd.ts'
import { keyKeyctl } from './kinds/key-keyctl.ts'
import { memoryProtect } from './kinds/memory-protect.ts'
import { mountMount } from './kinds/mount-mount.ts'
import { mountRoot } from './kinds/mount-root.ts'
import { mountUmount } from './kinds/mount-umount.ts'
import { netAccept } from './kinds/net-accept.ts'
import { netBind } from './kinds/net-bind.ts'
import { netConnect } from './kinds/net-connect.ts'
import { netListen } from './kinds/net-listen.ts'
import { netRecv } from './kinds/net-recv.ts'
import { netSend } from './kinds/net-send.ts'
import { netShutdown } from './kinds/net-shutdown.ts'
import { netSocket } from './kinds/net-socket.ts'
import { netTcpState } from './kinds/net-tcp-state.ts'
import { nsSetns } from './kinds/ns-setns.ts'
import { nsUnshare } from './kinds/ns-unshare.ts'
import { processExec } from './kinds/process-exec.ts'
import { processExecFailed } from './kinds/process-exec-failed.ts'
import { processExit } from './kinds/process-exit.ts'
import { processFork } from './kinds/process-fork.ts'
import { processRename } from './kinds/process-rename.ts'
import { processSnapshot } from './kinds/process-snapshot.ts'
import { signalKill } from './kinds/signal-kill.ts'
import { syscallCompat } from './kinds/syscall-compat.ts'
import { uringSetup } from './kinds/uring-setup.ts'

export const KINDS = [
  processExec,
  processExecFailed,
  processFork,
  processExit,
  processSnapshot,
  fileOpen,
  fileRename,
  fileUnlink,
  fileLink,
  fileMkdir,
  fileChmod,
  fileChown,
  fileTruncate,
  fileSetxattr,
  fileMknod,
  fileMemfd,
  mountMount,
  mountUmount,
  mountRoot,
  netSocket,
  netConnect,
  netBind,
  netListen,
  netAccept,
  netSend,
  netRecv,
  netShutdown,
  netTcpState,
  credSetIds,
  credCapset,
  credPrctl,
  nsSetns,
  nsUnshare,
  keyKeyctl,
  injectPtrace,
  injectProcessVm,
  injectPidfdGetfd,
  memoryProtect,
  kernelModule,
  kernelBpf,
  kernelPerf,
  kernelUserfaultfd,
  kernelKexec,
  fdDup,
  signalKill,
  uringSetup,
  syscallCompat,
  eventRepeat,
  processRename,
  cgroupMake,
] as const satisfies readonly EventDefinition[]

export type KindName = (typeof KINDS)[number]['name']
