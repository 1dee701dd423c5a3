/** The file that an event is about, where it has a descriptor for it. Readers of one event, by its kind. */
import type { AnyKernelEvent } from '../event.ts'
import { normalizePath } from '../path.ts'
import { oncePerEvent } from './once-per-event.ts'

/** A `file.*` call through a descriptor, not by name. */
const BY_DESCRIPTOR = new Set(['fchmod', 'fchown', 'ftruncate', 'fsetxattr'])

const S_IFMT = 0o170_000
const S_IFDIR = 0o040_000
const O_DIRECTORY = 0o200_000

/** The path of an opened file as the kernel knows it. Decoded once: several fields are made of it. */
export const openedPath = oncePerEvent((event): string | undefined =>
  event.kind === 'file.open' ? normalizePath(event.record.path) : undefined,
)

/**
 * `path` as the process's root sees it, for events that have a file descriptor; undefined for all others. A file that rules
 * name by its path has that name here, whatever link or mount it was reached by; `fs.path.name` keeps the kernel's.
 */
export const descriptorPath = oncePerEvent((event): string | undefined => {
  switch (event.kind) {
    case 'file.open':
      return event.host.fileNameOf(event.record.dev, event.record.ino, openedPath(event) ?? '')
    case 'file.chmod':
    case 'file.chown':
    case 'file.truncate':
    case 'file.setxattr':
      return BY_DESCRIPTOR.has(event.type) ? normalizePath(event.record.path) : undefined
    case 'file.memfd_create':
      return `memfd:${event.record.memfdName}`
    case 'kernel.module':
      return event.type === 'finit_module' ? event.record.modulePath : undefined
    default:
      return undefined
  }
})

/** The path as given to the call that opened it. */
export function descriptorRawPath(event: AnyKernelEvent): string | undefined {
  switch (event.kind) {
    case 'file.open':
      return event.record.rawPath
    case 'file.memfd_create':
      return event.record.memfdName
    default:
      return undefined
  }
}

/** `file`, `directory` or `memfd` for events that have a file descriptor. */
export function fileType(event: AnyKernelEvent): string | undefined {
  if (event.kind === 'file.memfd_create') return 'memfd'
  if (event.kind === 'file.open') return isDirectory(event.record.fileMode, event.record.openFlags) ? 'directory' : 'file'
  return descriptorPath(event) === undefined ? undefined : 'file'
}

function isDirectory(mode: number, flags: number): boolean {
  return mode === 0 ? (flags & O_DIRECTORY) !== 0 : (mode & S_IFMT) === S_IFDIR
}

/** The descriptor: the new one of a call that makes one (-1 when it failed), else the one it was given. */
export function descriptorNumber(event: AnyKernelEvent): number | undefined {
  switch (event.kind) {
    case 'file.open':
    case 'file.memfd_create':
    case 'kernel.bpf':
    case 'kernel.perf_event_open':
    case 'kernel.userfaultfd':
    case 'inject.pidfd_getfd':
    case 'uring.setup':
      return Math.max(event.record.result, -1)
    case 'file.chmod':
    case 'file.chown':
    case 'file.truncate':
    case 'file.setxattr':
      return BY_DESCRIPTOR.has(event.type) ? event.record.fd : undefined
    case 'kernel.module':
      return event.type === 'finit_module' ? event.record.fd : undefined
    default:
      return undefined
  }
}
