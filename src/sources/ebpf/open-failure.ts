/** Says in words why the sensor cannot start: what is checked before, and what the kernel's refusal means. */
import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { AppError } from '../../lib/app-error.ts'
import type { OpenFailure } from './addon.ts'

const BTF_PATH = '/sys/kernel/btf/vmlinux'
/** Bits of CapEff (include/uapi/linux/capability.h). */
const CAP_SYS_ADMIN = 1n << 21n
const CAP_PERFMON = 1n << 38n
const CAP_BPF = 1n << 39n
/** The first kernel with ring buffers and CAP_BPF. */
const OLDEST_KERNEL = [5, 8] as const
/** The first kernel that charges BPF memory to cgroups, not to RLIMIT_MEMLOCK. */
const WITHOUT_MEMLOCK = [5, 11] as const

/** Throws what the host lacks, before anything is tried. @throws {AppError} SENSOR_OBJECT, SENSOR_KERNEL_OLD, SENSOR_NO_BTF, SENSOR_NO_PRIVILEGE */
export function checkHost(objectPath: string): void {
  if (!existsSync(objectPath)) throw new AppError('SENSOR_OBJECT', { path: objectPath })
  if (isOlder(OLDEST_KERNEL)) throw new AppError('SENSOR_KERNEL_OLD', { release: release() })
  if (!existsSync(BTF_PATH)) throw new AppError('SENSOR_NO_BTF', { path: BTF_PATH })
  const missing = missingCapabilities(readFileSync('/proc/self/status', 'utf8'))
  if (missing.length > 0) throw new AppError('SENSOR_NO_PRIVILEGE', { missing: missing.join(' and ') })
}

/** What BPF takes and this process lacks, from the text of /proc/PID/status. CAP_SYS_ADMIN stands for both others. */
export function missingCapabilities(status: string): string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  if (effective & CAP_SYS_ADMIN) return []
  return [...(effective & CAP_BPF ? [] : ['CAP_BPF']), ...(effective & CAP_PERFMON ? [] : ['CAP_PERFMON'])]
}

/** The error for a refusal by the kernel or libbpf. */
export function openError({ step, errno, error, detail }: OpenFailure): AppError {
  const facts = { step, error, detail }
  if (step === 'version') return new AppError('SENSOR_STALE', facts)
  const EPERM = 1
  const ENOMEM = 12
  if ((errno === EPERM || errno === ENOMEM) && isOlder(WITHOUT_MEMLOCK)) return new AppError('SENSOR_MEMLOCK', facts)
  if (errno === EPERM) return new AppError('SENSOR_REFUSED', facts)
  return new AppError('SENSOR_FAILED', facts)
}

function isOlder([major, minor]: readonly [number, number]): boolean {
  const [, a, b] = /^(\d+)\.(\d+)/.exec(release()) ?? []
  return a !== undefined && (Number(a) < major || (Number(a) === major && Number(b) < minor))
}
