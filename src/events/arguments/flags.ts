/** Flags and codes of calls by name. The numbers are those of Linux on x86-64; names and order are Falco's. */

export type NamedBits = readonly (readonly [name: string, bits: number])[]

/**
 * Names of the bits that are set, joined by `|`, in the order of the table. A name for 0 stands only when nothing is set.
 * Bits without a name are left out.
 */
export function flagNames(table: NamedBits, value: number): string {
  if (value === 0) return table.find(([, bits]) => bits === 0)?.[0] ?? ''
  let left = value
  const names: string[] = []
  for (const [name, bits] of table) {
    if (bits === 0 || (left & bits) !== bits) continue
    names.push(name)
    left &= ~bits
  }
  return names.join('|')
}

const ACCESS_MODE = 3

/** Names of the flags of open that were asked for before: programs use few combinations, and rules ask on every open. */
const KNOWN_OPEN_FLAGS = new Map<number, string>()
const MAX_KNOWN = 256

/** Flags of open: the access mode is a number in the low two bits, and O_SYNC and O_TMPFILE contain other flags. */
export function openFlagNames(value: number): string {
  const known = KNOWN_OPEN_FLAGS.get(value)
  if (known !== undefined) return known
  const names = composeOpenFlags(value)
  if (KNOWN_OPEN_FLAGS.size < MAX_KNOWN) KNOWN_OPEN_FLAGS.set(value, names)
  return names
}

function composeOpenFlags(value: number): string {
  const access = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_RDWR'][value & ACCESS_MODE] ?? ''
  const before = flagNames(OPEN_BEFORE_ACCESS, value & ~ACCESS_MODE)
  const after = flagNames(OPEN_AFTER_ACCESS, value & ~ACCESS_MODE)
  return [before, access, after].filter((part) => part !== '').join('|')
}

const O_TMPFILE = 0o20_000_000

const OPEN_BEFORE_ACCESS: NamedBits = [
  ['O_LARGEFILE', 0o100_000],
  ['O_DIRECTORY', 0o200_000],
  ['O_DIRECT', 0o40_000],
  ['O_TRUNC', 0o1000],
  ['O_SYNC', 0o4_010_000],
  ['O_NONBLOCK', 0o4000],
  ['O_EXCL', 0o200],
  ['O_DSYNC', 0o10_000],
  ['O_APPEND', 0o2000],
  ['O_CREAT', 0o100],
]

const OPEN_AFTER_ACCESS: NamedBits = [
  ['O_CLOEXEC', 0o2_000_000],
  ['O_TMPFILE', O_TMPFILE],
  ['O_NOFOLLOW', 0o400_000],
  ['O_PATH', 0o10_000_000],
]

export const CLONE_FLAGS: NamedBits = [
  ['CLONE_FILES', 0x400],
  ['CLONE_FS', 0x200],
  ['CLONE_IO', 0x8000_0000],
  ['CLONE_NEWIPC', 0x0800_0000],
  ['CLONE_NEWNET', 0x4000_0000],
  ['CLONE_NEWNS', 0x0002_0000],
  ['CLONE_NEWPID', 0x2000_0000],
  ['CLONE_NEWUTS', 0x0400_0000],
  ['CLONE_PARENT', 0x8000],
  ['CLONE_PARENT_SETTID', 0x0010_0000],
  ['CLONE_PTRACE', 0x2000],
  ['CLONE_SIGHAND', 0x800],
  ['CLONE_SYSVSEM', 0x0004_0000],
  ['CLONE_THREAD', 0x0001_0000],
  ['CLONE_UNTRACED', 0x0080_0000],
  ['CLONE_VM', 0x100],
  ['CLONE_NEWUSER', 0x1000_0000],
  ['CLONE_CHILD_CLEARTID', 0x0020_0000],
  ['CLONE_CHILD_SETTID', 0x0100_0000],
  ['CLONE_SETTLS', 0x0008_0000],
  ['CLONE_VFORK', 0x4000],
  ['CLONE_NEWCGROUP', 0x0200_0000],
  ['CLONE_NEWTIME', 0x80],
]

const MODE_BITS: NamedBits = [
  ['S_IXOTH', 0o1],
  ['S_IWOTH', 0o2],
  ['S_IROTH', 0o4],
  ['S_IXGRP', 0o10],
  ['S_IWGRP', 0o20],
  ['S_IRGRP', 0o40],
  ['S_IXUSR', 0o100],
  ['S_IWUSR', 0o200],
  ['S_IRUSR', 0o400],
  ['S_ISVTX', 0o1000],
  ['S_ISGID', 0o2000],
  ['S_ISUID', 0o4000],
]

const FILE_TYPES: ReadonlyMap<number, string> = new Map([
  [0o100_000, 'S_IFREG'],
  [0o020_000, 'S_IFCHR'],
  [0o060_000, 'S_IFBLK'],
  [0o010_000, 'S_IFIFO'],
  [0o140_000, 'S_IFSOCK'],
  [0o040_000, 'S_IFDIR'],
  [0o120_000, 'S_IFLNK'],
])

/** Permission bits, and the type of the file where the mode carries one. */
export function modeNames(mode: number): string {
  return [flagNames(MODE_BITS, mode & 0o7777), FILE_TYPES.get(mode & 0o170_000) ?? ''].filter((part) => part !== '').join('|')
}

export const MOUNT_FLAGS: NamedBits = [
  ['RDONLY', 1],
  ['NOSUID', 2],
  ['NODEV', 4],
  ['NOEXEC', 8],
  ['SYNCHRONOUS', 16],
  ['REMOUNT', 32],
  ['MANDLOCK', 64],
  ['DIRSYNC', 128],
  ['NOATIME', 1024],
  ['NODIRATIME', 2048],
  ['BIND', 4096],
  ['MOVE', 8192],
  ['REC', 16_384],
  ['SILENT', 32_768],
  ['POSIXACL', 1 << 16],
  ['UNBINDABLE', 1 << 17],
  ['PRIVATE', 1 << 18],
  ['SLAVE', 1 << 19],
  ['SHARED', 1 << 20],
  ['RELATIME', 1 << 21],
  ['KERNMOUNT', 1 << 22],
  ['I_VERSION', 1 << 23],
  ['STRICTATIME', 1 << 24],
  ['LAZYTIME', 1 << 25],
]

export const UMOUNT_FLAGS: NamedBits = [
  ['FORCE', 1],
  ['DETACH', 2],
  ['EXPIRE', 4],
  ['NOFOLLOW', 8],
]

export const UNLINK_FLAGS: NamedBits = [['AT_REMOVEDIR', 0x200]]
export const LINK_FLAGS: NamedBits = [
  ['AT_SYMLINK_FOLLOW', 0x400],
  ['AT_EMPTY_PATH', 0x1000],
]
export const CHOWN_FLAGS: NamedBits = [
  ['AT_SYMLINK_NOFOLLOW', 0x100],
  ['AT_EMPTY_PATH', 0x1000],
]
export const EXECVEAT_FLAGS: NamedBits = [
  ['AT_EMPTY_PATH', 0x1000],
  ['AT_SYMLINK_NOFOLLOW', 0x100],
]
export const RENAME_FLAGS: NamedBits = [
  ['RENAME_NOREPLACE', 1],
  ['RENAME_EXCHANGE', 2],
  ['RENAME_WHITEOUT', 4],
]
export const RESOLVE_FLAGS: NamedBits = [
  ['RESOLVE_BENEATH', 0x08],
  ['RESOLVE_IN_ROOT', 0x10],
  ['RESOLVE_NO_MAGICLINKS', 0x02],
  ['RESOLVE_NO_SYMLINKS', 0x04],
  ['RESOLVE_NO_XDEV', 0x01],
  ['RESOLVE_CACHED', 0x20],
]
export const MEMFD_FLAGS: NamedBits = [
  ['MFD_CLOEXEC', 1],
  ['MFD_ALLOW_SEALING', 2],
  ['MFD_HUGETLB', 4],
  ['MFD_NOEXEC_SEAL', 8],
  ['MFD_EXEC', 16],
]
export const PROTECTION_FLAGS: NamedBits = [
  ['PROT_READ', 1],
  ['PROT_WRITE', 2],
  ['PROT_EXEC', 4],
  ['PROT_SEM', 8],
  ['PROT_GROWSDOWN', 0x0100_0000],
  ['PROT_GROWSUP', 0x0200_0000],
  ['PROT_NONE', 0],
]
export const MAP_FLAGS: NamedBits = [
  ['MAP_SHARED', 1],
  ['MAP_PRIVATE', 2],
  ['MAP_FIXED', 0x10],
  ['MAP_ANONYMOUS', 0x20],
  ['MAP_32BIT', 0x40],
  ['MAP_NORESERVE', 0x4000],
  ['MAP_POPULATE', 0x8000],
  ['MAP_NONBLOCK', 0x1_0000],
  ['MAP_GROWSDOWN', 0x100],
  ['MAP_DENYWRITE', 0x800],
  ['MAP_EXECUTABLE', 0x1000],
  ['MAP_LOCKED', 0x2000],
  ['MAP_STACK', 0x2_0000],
]
export const MODULE_FLAGS: NamedBits = [
  ['MODULE_INIT_IGNORE_MODVERSIONS', 1],
  ['MODULE_INIT_IGNORE_VERMAGIC', 2],
  ['MODULE_INIT_COMPRESSED_FILE', 4],
]
export const DELETE_MODULE_FLAGS: NamedBits = [
  ['O_NONBLOCK', 0o4000],
  ['O_TRUNC', 0o1000],
]
export const URING_SETUP_FLAGS: NamedBits = [
  ['IORING_SETUP_IOPOLL', 1],
  ['IORING_SETUP_SQPOLL', 2],
  ['IORING_SETUP_SQ_AFF', 4],
  ['IORING_SETUP_CQSIZE', 8],
  ['IORING_SETUP_CLAMP', 16],
  ['IORING_SETUP_ATTACH_RW', 32],
  ['IORING_SETUP_R_DISABLED', 64],
]
