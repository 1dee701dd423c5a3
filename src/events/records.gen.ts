/** Generated from src/events/ by `npm run generate`; do not edit. */
import { RawRecord } from './raw-record.ts'

/** evt.type by the number that a record carries. */
export const TYPE_NAMES = [
  'execve',
  'execveat',
  'clone',
  'fork',
  'vfork',
  'clone3',
  'procexit',
  'snapshot',
  'open',
  'openat',
  'openat2',
  'creat',
  'open_by_handle_at',
  'rename',
  'renameat',
  'renameat2',
  'unlink',
  'unlinkat',
  'rmdir',
  'link',
  'linkat',
  'symlink',
  'symlinkat',
  'mkdir',
  'mkdirat',
  'chmod',
  'fchmod',
  'fchmodat',
  'fchmodat2',
  'chown',
  'lchown',
  'fchown',
  'fchownat',
  'truncate',
  'ftruncate',
  'setxattr',
  'lsetxattr',
  'fsetxattr',
  'setxattrat',
  'mknod',
  'mknodat',
  'memfd_create',
  'mount',
  'move_mount',
  'umount2',
  'umount',
  'pivot_root',
  'chroot',
  'socket',
  'connect',
  'bind',
  'listen',
  'accept',
  'accept4',
  'sendto',
  'sendmsg',
  'sendmmsg',
  'write',
  'writev',
  'recvfrom',
  'recvmsg',
  'recvmmsg',
  'read',
  'readv',
  'shutdown',
  'tcp_state',
  'setuid',
  'setgid',
  'setreuid',
  'setregid',
  'setresuid',
  'setresgid',
  'setfsuid',
  'setfsgid',
  'capset',
  'prctl',
  'seccomp',
  'setns',
  'unshare',
  'keyctl',
  'add_key',
  'request_key',
  'ptrace',
  'process_vm_readv',
  'process_vm_writev',
  'pidfd_getfd',
  'mmap',
  'mprotect',
  'pkey_mprotect',
  'init_module',
  'finit_module',
  'delete_module',
  'bpf',
  'perf_event_open',
  'userfaultfd',
  'kexec_load',
  'kexec_file_load',
  'dup',
  'dup2',
  'dup3',
  'fcntl',
  'kill',
  'tkill',
  'tgkill',
  'pidfd_send_signal',
  'rt_sigqueueinfo',
  'rt_tgsigqueueinfo',
  'io_uring_setup',
  'compat',
  'rename_task',
  'cgroup_mkdir',
] as const

export const HEADER_SIZE = 176

export class HeaderRecord extends RawRecord {
  get seq(): number {
    return this.u64(0)
  }
  get timeNs(): number {
    return this.u64(8)
  }
  get startNs(): number {
    return this.u64(16)
  }
  get parentStartNs(): number {
    return this.u64(24)
  }
  get cgroupId(): number {
    return this.u64(32)
  }
  get capEffective(): number {
    return this.u64(40)
  }
  get capPermitted(): number {
    return this.u64(48)
  }
  get capInheritable(): number {
    return this.u64(56)
  }
  get result(): number {
    return this.i64(64)
  }
  get size(): number {
    return this.u32(72)
  }
  get pid(): number {
    return this.u32(76)
  }
  get tid(): number {
    return this.u32(80)
  }
  get ppid(): number {
    return this.u32(84)
  }
  get vpid(): number {
    return this.u32(88)
  }
  get vtid(): number {
    return this.u32(92)
  }
  get uid(): number {
    return this.u32(96)
  }
  get gid(): number {
    return this.u32(100)
  }
  get euid(): number {
    return this.u32(104)
  }
  get egid(): number {
    return this.u32(108)
  }
  get loginuid(): number {
    return this.u32(112)
  }
  get sid(): number {
    return this.u32(116)
  }
  get tty(): number {
    return this.u32(120)
  }
  get pidNs(): number {
    return this.u32(124)
  }
  get mntNs(): number {
    return this.u32(128)
  }
  get userNs(): number {
    return this.u32(132)
  }
  get netNs(): number {
    return this.u32(136)
  }
  get repeat(): number {
    return this.u32(140)
  }
  get truncated(): number {
    return this.u32(144)
  }
  get kind(): number {
    return this.u16(148)
  }
  get type(): number {
    return this.u16(150)
  }
  get cpu(): number {
    return this.u16(152)
  }
  get flags(): number {
    return this.u16(154)
  }
  get comm(): Buffer {
    return this.bytes(156, 16)
  }
}

export class ProcessExecRecord extends HeaderRecord {
  static readonly fixedSize = 264
  get ino(): number {
    return this.u64(176)
  }
  get exeCtimeNs(): number {
    return this.u64(184)
  }
  get exeMtimeNs(): number {
    return this.u64(192)
  }
  get dev(): number {
    return this.u32(200)
  }
  get fileMode(): number {
    return this.u32(204)
  }
  get fileUid(): number {
    return this.u32(208)
  }
  get fileFlags(): number {
    return this.u32(212)
  }
  get execCount(): number {
    return this.u32(216)
  }
  get pgid(): number {
    return this.u32(220)
  }
  get vpgid(): number {
    return this.u32(224)
  }
  get vsid(): number {
    return this.u32(228)
  }
  get exe(): string {
    return this.text(232)
  }
  get cwd(): string {
    return this.text(236)
  }
  get argv(): string {
    return this.text(240)
  }
  get env(): string {
    return this.text(244)
  }
  get rawPath(): string {
    return this.text(248)
  }
  get stdin(): number {
    return this.u16(252)
  }
  get stdout(): number {
    return this.u16(254)
  }
  get stderr(): number {
    return this.u16(256)
  }
}

export class ProcessExecFailedRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get execFlags(): number {
    return this.u32(184)
  }
}

export class ProcessForkRecord extends HeaderRecord {
  static readonly fixedSize = 216
  get childStartNs(): number {
    return this.u64(176)
  }
  get cloneFlags(): number {
    return this.u64(184)
  }
  get childPid(): number {
    return this.u32(192)
  }
  get childVpid(): number {
    return this.u32(196)
  }
  get childPidNs(): number {
    return this.u32(200)
  }
  get childUserNs(): number {
    return this.u32(204)
  }
  get childMntNs(): number {
    return this.u32(208)
  }
  get childNetNs(): number {
    return this.u32(212)
  }
}

export class ProcessExitRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get durationNs(): number {
    return this.u64(176)
  }
  get code(): number {
    return this.i32(184)
  }
  get signal(): number {
    return this.u32(188)
  }
  get coreDumped(): number {
    return this.u32(192)
  }
}

export class ProcessSnapshotRecord extends HeaderRecord {
  static readonly fixedSize = 256
  get ino(): number {
    return this.u64(176)
  }
  get exeCtimeNs(): number {
    return this.u64(184)
  }
  get exeMtimeNs(): number {
    return this.u64(192)
  }
  get dev(): number {
    return this.u32(200)
  }
  get fileMode(): number {
    return this.u32(204)
  }
  get fileUid(): number {
    return this.u32(208)
  }
  get fileFlags(): number {
    return this.u32(212)
  }
  get execCount(): number {
    return this.u32(216)
  }
  get pgid(): number {
    return this.u32(220)
  }
  get vpgid(): number {
    return this.u32(224)
  }
  get vsid(): number {
    return this.u32(228)
  }
  get exe(): string {
    return this.text(232)
  }
  get cwd(): string {
    return this.text(236)
  }
  get argv(): string {
    return this.text(240)
  }
  get env(): string {
    return this.text(244)
  }
  get stdin(): number {
    return this.u16(248)
  }
  get stdout(): number {
    return this.u16(250)
  }
  get stderr(): number {
    return this.u16(252)
  }
}

export class FileOpenRecord extends HeaderRecord {
  static readonly fixedSize = 232
  get ino(): number {
    return this.u64(176)
  }
  get resolve(): number {
    return this.u64(184)
  }
  get dev(): number {
    return this.u32(192)
  }
  get fileMode(): number {
    return this.u32(196)
  }
  get fileUid(): number {
    return this.u32(200)
  }
  get fileFlags(): number {
    return this.u32(204)
  }
  get path(): string {
    return this.text(208)
  }
  get rawPath(): string {
    return this.text(212)
  }
  get openFlags(): number {
    return this.u32(216)
  }
  get mode(): number {
    return this.u32(220)
  }
  get dirfd(): number {
    return this.i32(224)
  }
  get linkCount(): number {
    return this.u32(228)
  }
}

export class FileRenameRecord extends HeaderRecord {
  static readonly fixedSize = 208
  get renameFlags(): number {
    return this.u32(176)
  }
  get oldDirfd(): number {
    return this.i32(180)
  }
  get newDirfd(): number {
    return this.i32(184)
  }
  get oldPath(): string {
    return this.text(188)
  }
  get newPath(): string {
    return this.text(192)
  }
  get rawOldPath(): string {
    return this.text(196)
  }
  get rawNewPath(): string {
    return this.text(200)
  }
}

export class FileUnlinkRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get unlinkFlags(): number {
    return this.u32(184)
  }
  get dirfd(): number {
    return this.i32(188)
  }
}

export class FileLinkRecord extends HeaderRecord {
  static readonly fixedSize = 208
  get linkFlags(): number {
    return this.u32(176)
  }
  get oldDirfd(): number {
    return this.i32(180)
  }
  get newDirfd(): number {
    return this.i32(184)
  }
  get symbolic(): number {
    return this.u32(188)
  }
  get oldPath(): string {
    return this.text(192)
  }
  get newPath(): string {
    return this.text(196)
  }
  get rawOldPath(): string {
    return this.text(200)
  }
  get rawNewPath(): string {
    return this.text(204)
  }
}

export class FileMkdirRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get mode(): number {
    return this.u32(184)
  }
  get dirfd(): number {
    return this.i32(188)
  }
}

export class FileChmodRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get mode(): number {
    return this.u32(184)
  }
  get fd(): number {
    return this.i32(188)
  }
}

export class FileChownRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get newUid(): number {
    return this.u32(184)
  }
  get newGid(): number {
    return this.u32(188)
  }
  get fd(): number {
    return this.i32(192)
  }
  get chownFlags(): number {
    return this.u32(196)
  }
}

export class FileTruncateRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get length(): number {
    return this.u64(176)
  }
  get path(): string {
    return this.text(184)
  }
  get rawPath(): string {
    return this.text(188)
  }
  get fd(): number {
    return this.i32(192)
  }
}

export class FileSetxattrRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get fd(): number {
    return this.i32(184)
  }
  get valueSize(): number {
    return this.u32(188)
  }
  get attribute(): string {
    return this.text(192)
  }
}

export class FileMknodRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get mode(): number {
    return this.u32(184)
  }
  get nodeDev(): number {
    return this.u32(188)
  }
  get dirfd(): number {
    return this.i32(192)
  }
}

export class FileMemfdCreateRecord extends HeaderRecord {
  static readonly fixedSize = 184
  get memfdFlags(): number {
    return this.u32(176)
  }
  get memfdName(): string {
    return this.text(180)
  }
}

export class MountMountRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get mountFlags(): number {
    return this.u64(176)
  }
  get sourcePath(): string {
    return this.text(184)
  }
  get targetPath(): string {
    return this.text(188)
  }
  get fileSystem(): string {
    return this.text(192)
  }
}

export class MountUmountRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get umountFlags(): number {
    return this.u32(184)
  }
}

export class MountRootRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get path(): string {
    return this.text(176)
  }
  get rawPath(): string {
    return this.text(180)
  }
  get putOld(): string {
    return this.text(184)
  }
}

export class NetSocketRecord extends HeaderRecord {
  static readonly fixedSize = 240
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get family(): number {
    return this.u16(192)
  }
  get socketType(): number {
    return this.u16(194)
  }
  get protocol(): number {
    return this.u16(196)
  }
  get role(): number {
    return this.u16(198)
  }
  get localPort(): number {
    return this.u16(200)
  }
  get remotePort(): number {
    return this.u16(202)
  }
  get state(): number {
    return this.u16(204)
  }
  get localAddress(): Buffer {
    return this.bytes(206, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(222, 16)
  }
}

export class NetConnectRecord extends HeaderRecord {
  static readonly fixedSize = 240
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get family(): number {
    return this.u16(192)
  }
  get socketType(): number {
    return this.u16(194)
  }
  get protocol(): number {
    return this.u16(196)
  }
  get role(): number {
    return this.u16(198)
  }
  get localPort(): number {
    return this.u16(200)
  }
  get remotePort(): number {
    return this.u16(202)
  }
  get state(): number {
    return this.u16(204)
  }
  get localAddress(): Buffer {
    return this.bytes(206, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(222, 16)
  }
}

export class NetBindRecord extends HeaderRecord {
  static readonly fixedSize = 240
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get family(): number {
    return this.u16(192)
  }
  get socketType(): number {
    return this.u16(194)
  }
  get protocol(): number {
    return this.u16(196)
  }
  get role(): number {
    return this.u16(198)
  }
  get localPort(): number {
    return this.u16(200)
  }
  get remotePort(): number {
    return this.u16(202)
  }
  get state(): number {
    return this.u16(204)
  }
  get localAddress(): Buffer {
    return this.bytes(206, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(222, 16)
  }
}

export class NetListenRecord extends HeaderRecord {
  static readonly fixedSize = 248
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get backlog(): number {
    return this.i32(192)
  }
  get family(): number {
    return this.u16(196)
  }
  get socketType(): number {
    return this.u16(198)
  }
  get protocol(): number {
    return this.u16(200)
  }
  get role(): number {
    return this.u16(202)
  }
  get localPort(): number {
    return this.u16(204)
  }
  get remotePort(): number {
    return this.u16(206)
  }
  get state(): number {
    return this.u16(208)
  }
  get localAddress(): Buffer {
    return this.bytes(210, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(226, 16)
  }
}

export class NetAcceptRecord extends HeaderRecord {
  static readonly fixedSize = 248
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get listenFd(): number {
    return this.i32(192)
  }
  get acceptFlags(): number {
    return this.u32(196)
  }
  get family(): number {
    return this.u16(200)
  }
  get socketType(): number {
    return this.u16(202)
  }
  get protocol(): number {
    return this.u16(204)
  }
  get role(): number {
    return this.u16(206)
  }
  get localPort(): number {
    return this.u16(208)
  }
  get remotePort(): number {
    return this.u16(210)
  }
  get state(): number {
    return this.u16(212)
  }
  get localAddress(): Buffer {
    return this.bytes(214, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(230, 16)
  }
}

export class NetSendRecord extends HeaderRecord {
  static readonly fixedSize = 256
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get messageFlags(): number {
    return this.u32(192)
  }
  get messageSize(): number {
    return this.u32(196)
  }
  get payload(): Buffer {
    return this.blob(200)
  }
  get family(): number {
    return this.u16(204)
  }
  get socketType(): number {
    return this.u16(206)
  }
  get protocol(): number {
    return this.u16(208)
  }
  get role(): number {
    return this.u16(210)
  }
  get localPort(): number {
    return this.u16(212)
  }
  get remotePort(): number {
    return this.u16(214)
  }
  get state(): number {
    return this.u16(216)
  }
  get localAddress(): Buffer {
    return this.bytes(218, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(234, 16)
  }
}

export class NetRecvRecord extends HeaderRecord {
  static readonly fixedSize = 256
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get messageFlags(): number {
    return this.u32(192)
  }
  get messageSize(): number {
    return this.u32(196)
  }
  get payload(): Buffer {
    return this.blob(200)
  }
  get family(): number {
    return this.u16(204)
  }
  get socketType(): number {
    return this.u16(206)
  }
  get protocol(): number {
    return this.u16(208)
  }
  get role(): number {
    return this.u16(210)
  }
  get localPort(): number {
    return this.u16(212)
  }
  get remotePort(): number {
    return this.u16(214)
  }
  get state(): number {
    return this.u16(216)
  }
  get localAddress(): Buffer {
    return this.bytes(218, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(234, 16)
  }
}

export class NetShutdownRecord extends HeaderRecord {
  static readonly fixedSize = 248
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get how(): number {
    return this.u32(192)
  }
  get family(): number {
    return this.u16(196)
  }
  get socketType(): number {
    return this.u16(198)
  }
  get protocol(): number {
    return this.u16(200)
  }
  get role(): number {
    return this.u16(202)
  }
  get localPort(): number {
    return this.u16(204)
  }
  get remotePort(): number {
    return this.u16(206)
  }
  get state(): number {
    return this.u16(208)
  }
  get localAddress(): Buffer {
    return this.bytes(210, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(226, 16)
  }
}

export class NetTcpStateRecord extends HeaderRecord {
  static readonly fixedSize = 248
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get oldState(): number {
    return this.u32(192)
  }
  get newState(): number {
    return this.u32(196)
  }
  get family(): number {
    return this.u16(200)
  }
  get socketType(): number {
    return this.u16(202)
  }
  get protocol(): number {
    return this.u16(204)
  }
  get role(): number {
    return this.u16(206)
  }
  get localPort(): number {
    return this.u16(208)
  }
  get remotePort(): number {
    return this.u16(210)
  }
  get state(): number {
    return this.u16(212)
  }
  get localAddress(): Buffer {
    return this.bytes(214, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(230, 16)
  }
}

export class CredSetIdsRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get arg0(): number {
    return this.u32(176)
  }
  get arg1(): number {
    return this.u32(180)
  }
  get arg2(): number {
    return this.u32(184)
  }
  get suid(): number {
    return this.u32(188)
  }
  get sgid(): number {
    return this.u32(192)
  }
}

export class CredCapsetRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get askedEffective(): number {
    return this.u64(176)
  }
  get askedPermitted(): number {
    return this.u64(184)
  }
  get askedInheritable(): number {
    return this.u64(192)
  }
}

export class CredPrctlRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get arg2(): number {
    return this.u64(176)
  }
  get option(): number {
    return this.u32(184)
  }
  get newName(): string {
    return this.text(188)
  }
}

export class NsSetnsRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get nsType(): number {
    return this.u32(176)
  }
  get nsInum(): number {
    return this.u32(180)
  }
  get fd(): number {
    return this.i32(184)
  }
  get nsName(): string {
    return this.text(188)
  }
}

export class NsUnshareRecord extends HeaderRecord {
  static readonly fixedSize = 184
  get unshareFlags(): number {
    return this.u64(176)
  }
}

export class KeyKeyctlRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get operation(): number {
    return this.i32(176)
  }
  get keyId(): number {
    return this.i32(180)
  }
  get keyDescription(): string {
    return this.text(184)
  }
}

export class InjectPtraceRecord extends HeaderRecord {
  static readonly fixedSize = 216
  get targetStartNs(): number {
    return this.u64(176)
  }
  get address(): number {
    return this.u64(184)
  }
  get dataArgument(): number {
    return this.u64(192)
  }
  get targetPid(): number {
    return this.u32(200)
  }
  get targetGivenPid(): number {
    return this.i32(204)
  }
  get request(): number {
    return this.u32(208)
  }
}

export class InjectProcessVmRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get targetStartNs(): number {
    return this.u64(176)
  }
  get targetPid(): number {
    return this.u32(184)
  }
  get targetGivenPid(): number {
    return this.i32(188)
  }
}

export class InjectPidfdGetfdRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get targetStartNs(): number {
    return this.u64(176)
  }
  get targetPid(): number {
    return this.u32(184)
  }
  get targetGivenPid(): number {
    return this.i32(188)
  }
  get pidfd(): number {
    return this.i32(192)
  }
  get targetFd(): number {
    return this.i32(196)
  }
}

export class MemoryProtectRecord extends HeaderRecord {
  static readonly fixedSize = 208
  get address(): number {
    return this.u64(176)
  }
  get length(): number {
    return this.u64(184)
  }
  get protection(): number {
    return this.u32(192)
  }
  get mapFlags(): number {
    return this.u32(196)
  }
  get backing(): number {
    return this.u32(200)
  }
  get fd(): number {
    return this.i32(204)
  }
}

export class KernelModuleRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get moduleFlags(): number {
    return this.u32(176)
  }
  get fd(): number {
    return this.i32(180)
  }
  get moduleName(): string {
    return this.text(184)
  }
  get modulePath(): string {
    return this.text(188)
  }
  get parameters(): string {
    return this.text(192)
  }
}

export class KernelBpfRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get command(): number {
    return this.u32(176)
  }
  get programType(): number {
    return this.u32(180)
  }
  get objectName(): string {
    return this.text(184)
  }
}

export class KernelPerfEventOpenRecord extends HeaderRecord {
  static readonly fixedSize = 208
  get targetStartNs(): number {
    return this.u64(176)
  }
  get config(): number {
    return this.u64(184)
  }
  get targetPid(): number {
    return this.u32(192)
  }
  get targetGivenPid(): number {
    return this.i32(196)
  }
  get perfType(): number {
    return this.u32(200)
  }
  get onCpu(): number {
    return this.i32(204)
  }
}

export class KernelUserfaultfdRecord extends HeaderRecord {
  static readonly fixedSize = 184
  get faultFlags(): number {
    return this.u32(176)
  }
}

export class KernelKexecRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get kexecFlags(): number {
    return this.u64(176)
  }
  get kernelPath(): string {
    return this.text(184)
  }
}

export class FdDupRecord extends HeaderRecord {
  static readonly fixedSize = 248
  get socketIno(): number {
    return this.u64(176)
  }
  get fd(): number {
    return this.i32(184)
  }
  get unixPath(): string {
    return this.text(188)
  }
  get oldFd(): number {
    return this.i32(192)
  }
  get family(): number {
    return this.u16(196)
  }
  get socketType(): number {
    return this.u16(198)
  }
  get protocol(): number {
    return this.u16(200)
  }
  get role(): number {
    return this.u16(202)
  }
  get localPort(): number {
    return this.u16(204)
  }
  get remotePort(): number {
    return this.u16(206)
  }
  get state(): number {
    return this.u16(208)
  }
  get localAddress(): Buffer {
    return this.bytes(210, 16)
  }
  get remoteAddress(): Buffer {
    return this.bytes(226, 16)
  }
}

export class SignalKillRecord extends HeaderRecord {
  static readonly fixedSize = 200
  get targetStartNs(): number {
    return this.u64(176)
  }
  get targetPid(): number {
    return this.u32(184)
  }
  get targetGivenPid(): number {
    return this.i32(188)
  }
  get signal(): number {
    return this.u32(192)
  }
  get targetTid(): number {
    return this.u32(196)
  }
}

export class UringSetupRecord extends HeaderRecord {
  static readonly fixedSize = 184
  get entries(): number {
    return this.u32(176)
  }
  get setupFlags(): number {
    return this.u32(180)
  }
}

export class SyscallCompatRecord extends HeaderRecord {
  static readonly fixedSize = 208
  get arg0(): number {
    return this.u64(176)
  }
  get arg1(): number {
    return this.u64(184)
  }
  get arg2(): number {
    return this.u64(192)
  }
  get number(): number {
    return this.u32(200)
  }
}

export class EventRepeatRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get ofSeq(): number {
    return this.u64(176)
  }
  get ofKind(): number {
    return this.u64(184)
  }
}

export class ProcessRenameRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get oldName(): Buffer {
    return this.bytes(176, 16)
  }
}

export class CgroupMakeRecord extends HeaderRecord {
  static readonly fixedSize = 192
  get madeId(): number {
    return this.u64(176)
  }
  get path(): string {
    return this.text(184)
  }
}

export interface RecordByKind {
  'process.exec': ProcessExecRecord
  'process.exec_failed': ProcessExecFailedRecord
  'process.fork': ProcessForkRecord
  'process.exit': ProcessExitRecord
  'process.snapshot': ProcessSnapshotRecord
  'file.open': FileOpenRecord
  'file.rename': FileRenameRecord
  'file.unlink': FileUnlinkRecord
  'file.link': FileLinkRecord
  'file.mkdir': FileMkdirRecord
  'file.chmod': FileChmodRecord
  'file.chown': FileChownRecord
  'file.truncate': FileTruncateRecord
  'file.setxattr': FileSetxattrRecord
  'file.mknod': FileMknodRecord
  'file.memfd_create': FileMemfdCreateRecord
  'mount.mount': MountMountRecord
  'mount.umount': MountUmountRecord
  'mount.root': MountRootRecord
  'net.socket': NetSocketRecord
  'net.connect': NetConnectRecord
  'net.bind': NetBindRecord
  'net.listen': NetListenRecord
  'net.accept': NetAcceptRecord
  'net.send': NetSendRecord
  'net.recv': NetRecvRecord
  'net.shutdown': NetShutdownRecord
  'net.tcp_state': NetTcpStateRecord
  'cred.set_ids': CredSetIdsRecord
  'cred.capset': CredCapsetRecord
  'cred.prctl': CredPrctlRecord
  'ns.setns': NsSetnsRecord
  'ns.unshare': NsUnshareRecord
  'key.keyctl': KeyKeyctlRecord
  'inject.ptrace': InjectPtraceRecord
  'inject.process_vm': InjectProcessVmRecord
  'inject.pidfd_getfd': InjectPidfdGetfdRecord
  'memory.protect': MemoryProtectRecord
  'kernel.module': KernelModuleRecord
  'kernel.bpf': KernelBpfRecord
  'kernel.perf_event_open': KernelPerfEventOpenRecord
  'kernel.userfaultfd': KernelUserfaultfdRecord
  'kernel.kexec': KernelKexecRecord
  'fd.dup': FdDupRecord
  'signal.kill': SignalKillRecord
  'uring.setup': UringSetupRecord
  'syscall.compat': SyscallCompatRecord
  'event.repeat': EventRepeatRecord
  'process.rename': ProcessRenameRecord
  'cgroup.make': CgroupMakeRecord
}

/** The class of each kind, by its id. */
export const RECORD_CLASS: readonly (typeof HeaderRecord | undefined)[] = [
  undefined,
  ProcessExecRecord,
  ProcessExecFailedRecord,
  ProcessForkRecord,
  ProcessExitRecord,
  ProcessSnapshotRecord,
  undefined,
  undefined,
  undefined,
  undefined,
  FileOpenRecord,
  FileRenameRecord,
  FileUnlinkRecord,
  FileLinkRecord,
  FileMkdirRecord,
  FileChmodRecord,
  FileChownRecord,
  FileTruncateRecord,
  FileSetxattrRecord,
  FileMknodRecord,
  FileMemfdCreateRecord,
  MountMountRecord,
  MountUmountRecord,
  MountRootRecord,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  NetSocketRecord,
  NetConnectRecord,
  NetBindRecord,
  NetListenRecord,
  NetAcceptRecord,
  NetSendRecord,
  NetRecvRecord,
  NetShutdownRecord,
  NetTcpStateRecord,
  undefined,
  CredSetIdsRecord,
  CredCapsetRecord,
  CredPrctlRecord,
  NsSetnsRecord,
  NsUnshareRecord,
  KeyKeyctlRecord,
  undefined,
  undefined,
  undefined,
  undefined,
  InjectPtraceRecord,
  InjectProcessVmRecord,
  InjectPidfdGetfdRecord,
  undefined,
  MemoryProtectRecord,
  KernelModuleRecord,
  KernelBpfRecord,
  KernelPerfEventOpenRecord,
  KernelUserfaultfdRecord,
  KernelKexecRecord,
  FdDupRecord,
  SignalKillRecord,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  UringSetupRecord,
  SyscallCompatRecord,
  EventRepeatRecord,
  ProcessRenameRecord,
  CgroupMakeRecord,
]
