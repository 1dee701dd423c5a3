/** Groups of record fields that several kinds carry, so that the kernel helpers fill them in one way. */
import { bytes, i32, text, u16, u32, u64 } from './define-event.ts'

/** Bits of `fileFlags`, of the file (or program) itself. */
export const FILE_FLAGS = {
  /** On an overlay's upper layer: written after the container started. */
  upperLayer: 1,
  /** On an overlay's lower layer: part of the image. */
  lowerLayer: 2,
  /** Lives in memory only (memfd_create). */
  memfd: 4,
  /** Has no name any more (link count 0), and is no memfd. */
  deleted: 8,
  /** The event's process may write it (mode and owner bits only). */
  writable: 16,
  /** Made by this very call (O_CREAT). */
  created: 32,
  /** The memory of a process: /proc/PID/mem, under whatever name it was reached. */
  processMemory: 64,
} as const

/** What the kernel knows of an inode. */
export const inodeFields = {
  ino: u64({ doc: 'Inode number.', example: 393_221 }),
  dev: u32({ doc: 'Device of the file system: (major << 20) | minor.', example: 267_386_880 }),
  fileMode: u32({ doc: 'Type and permission bits of the inode (st_mode).', example: 33_188 }),
  fileUid: u32({ doc: 'Owner of the inode.', example: 0 }),
  fileFlags: u32({
    doc: 'Bits: 1 upper layer, 2 lower layer, 4 memfd, 8 deleted, 16 writable, 32 created, 64 process memory.',
    example: 0,
  }),
} as const

/** What the kernel knows of a program image and its process, after an exec or at the snapshot. */
export const imageFields = {
  ...inodeFields,
  exeCtimeNs: u64({ doc: 'Last status change of the program file.', unit: 'ns since 1970', example: 1_700_000_000_000_000_000 }),
  exeMtimeNs: u64({ doc: 'Last modification of the program file.', unit: 'ns since 1970', example: 1_700_000_000_000_000_000 }),
  execCount: u32({
    doc: 'How many programs it and its forebears have run, one after another, as the kernel counts; 0: not told.',
    example: 17,
  }),
  pgid: u32({ doc: 'Process group id in the root pid namespace.', example: 1234 }),
  vpgid: u32({ doc: "Process group id in the process's own pid namespace.", example: 7 }),
  vsid: u32({ doc: "Session id in the process's own pid namespace.", example: 1 }),
  stdin: u16({
    doc: 'What descriptor 0 is: 0 closed, 1 file, 2 terminal or device, 3 pipe, 4 Unix socket, 5 IPv4 socket, 6 other, 7 IPv6 socket, 8 directory.',
    example: 2,
  }),
  stdout: u16({ doc: 'What descriptor 1 is, likewise.', example: 2 }),
  stderr: u16({ doc: 'What descriptor 2 is, likewise.', example: 2 }),
  exe: text(4096, { doc: "Resolved path of the program, as the process's root sees it.", example: '/usr/bin/curl' }),
  cwd: text(4096, { doc: 'Working directory.', example: '/home/ana' }),
  argv: text(16_384, { doc: 'Arguments, each ended by NUL.', example: 'curl\0-s\0https://example.org\0' }),
  env: text(8192, { doc: 'Environment, each ended by NUL.', example: 'PATH=/usr/bin\0HOME=/root\0' }),
} as const

/** The values of `family` that carry addresses. */
export const FAMILY = { unix: 1, inet: 2, inet6: 10, netlink: 16, packet: 17 } as const

/** What the kernel knows of a socket. Addresses are in network order: IPv4 in the first 4 bytes. */
export const socketFields = {
  socketIno: u64({ doc: 'Inode of the socket: names it while it lives.', example: 123_456 }),
  fd: i32({ doc: 'Descriptor of the socket in the process; -1 where it has none.', example: 3 }),
  family: u16({ doc: 'Address family (AF_*); IPv4 through an IPv6 socket is told as 2.', example: 2 }),
  socketType: u16({ doc: 'Socket type: 1 stream, 2 datagram, 3 raw…', example: 1 }),
  protocol: u16({ doc: 'Protocol number: 6 TCP, 17 UDP…', example: 6 }),
  role: u16({ doc: '0 unknown, 1 this process is the client, 2 it is the server.', example: 1 }),
  localPort: u16({ doc: 'Port on this side, host order.', example: 44_122 }),
  remotePort: u16({ doc: 'Port on the other side, host order.', example: 443 }),
  state: u16({ doc: 'TCP state (include/net/tcp_states.h); 1 is established.', example: 1 }),
  localAddress: bytes(16, { doc: 'Address on this side.', example: [127, 0, 0, 1] }),
  remoteAddress: bytes(16, { doc: 'Address on the other side.', example: [127, 0, 0, 1] }),
  unixPath: text(108, {
    doc: "Name of a Unix socket (the peer's for connect); an abstract name begins with @.",
    example: '/run/docker.sock',
  }),
} as const

/** A path that the caller gave, before and after resolution. */
export const pathFields = {
  path: text(4096, {
    doc: "Path as the process's root sees it: from the kernel object where there is one, else the argument joined to the working directory or dirfd.",
    example: '/etc/passwd',
  }),
  rawPath: text(4096, { doc: 'Path as given.', example: '../etc/passwd' }),
} as const

/** The process that a call acts on. */
export const targetFields = {
  targetStartNs: u64({ doc: 'When the target process started; 0 when it is not known.', unit: 'ns since boot', example: 80_000_000_000 }),
  targetPid: u32({ doc: 'Process acted on, in the root pid namespace; 0 when it is not known.', example: 1234 }),
  targetGivenPid: i32({ doc: "The pid argument as given (in the caller's pid namespace; negative names a group).", example: 1234 }),
} as const
