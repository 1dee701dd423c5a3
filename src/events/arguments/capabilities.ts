/** Names of capabilities by bit (include/uapi/linux/capability.h). */
const NAMES =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST ' +
  'NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE ' +
  'SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM ' +
  'BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'

const BY_BIT: readonly string[] = NAMES.split(' ').map((name) => `CAP_${name}`)

/** Few sets occur on a host; the bound is for hostile ones. */
const MAX_REMEMBERED = 256
const remembered = new Map<number, string>()

/** `CAP_CHOWN CAP_KILL` for a set of bits (below 2^53); empty for the empty set. */
export function capabilityNames(bits: number): string {
  const known = remembered.get(bits)
  if (known !== undefined) return known
  const text = BY_BIT.filter((_, bit) => Math.floor(bits / 2 ** bit) % 2 === 1).join(' ')
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(bits, text)
  return text
}
