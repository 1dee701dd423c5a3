/** What an event is about, and how it ended: for fields of every kind. */
import type { AnyKernelEvent } from '../event.ts'
import { HEADER_FLAGS } from '../header.ts'

/** By the first part of the kind's name. */
const CATEGORY: Readonly<Record<string, string>> = {
  process: 'process',
  file: 'file',
  mount: 'file',
  net: 'net',
  cred: 'user',
  ns: 'process',
  key: 'other',
  inject: 'process',
  memory: 'memory',
  kernel: 'other',
  fd: 'file',
  signal: 'signal',
  uring: 'other',
  syscall: 'other',
}

export function categoryOf({ kind }: AnyKernelEvent): string | undefined {
  return categoryOfKind(kind)
}

export function categoryOfKind(kind: string): string | undefined {
  return CATEGORY[kind.slice(0, Math.max(kind.indexOf('.'), 0))]
}

/** The result as a number; undefined where the kind has none. */
export function resultOf(event: AnyKernelEvent): number | undefined {
  return (event.record.flags & HEADER_FLAGS.hasResult) !== 0 ? event.record.result : undefined
}
