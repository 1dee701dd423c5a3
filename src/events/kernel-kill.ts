/**
 * Conditions under which the kernel side kills a process by itself, at the hook: only what it can tell exactly. Made by src/detect/kernel-kill.ts, packed by
 * src/sources/ebpf/filters/kill-tables.ts, judged by native/bpf/lib/3-kill.h.
 */
import type { RecordValues } from './encode.ts'
import { HEADER_FLAGS } from './header.ts'
import { FAMILY } from './shared-fields.ts'

export const KILL_KINDS = ['fd.dup', 'process.exec'] as const
export type KillKind = (typeof KILL_KINDS)[number]

/** A conjunction. An absent test holds. Of texts the bytes are compared, by a hash of 64 bits. */
export interface KillTerm {
  readonly kind: KillKind
  /** By class of the kind. */
  readonly classes: readonly boolean[]
  readonly exe?: ValueTest<string>
  readonly comm?: ValueTest<string>
  /** Effective user. */
  readonly uid?: ValueTest<number>
  readonly rule: string
}

/** It is one of `in` (undefined: any), and none of `not`. */
export interface ValueTest<V> {
  readonly in: readonly V[] | undefined
  readonly not: readonly V[]
}

/** Of each kind; a term is a bit there. */
export const MAX_KILL_TERMS = 64
/** In bytes: a longer path is no program of a term. */
export const MAX_KILL_PATH = 63
export const MAX_KILL_COMM = 15
/** Values of all terms together. */
export const MAX_KILL_VALUES = 8192

interface Facts {
  readonly classes: number
  /** evt.type of a class, and fields of a record that has it. */
  readonly sample: (number: number) => RecordValues & { readonly type: string }
  /** Fields of the vocabulary that are equal for every event of a class. */
  readonly decides: ReadonlySet<string>
}

/** Of every call that succeeds. */
const OF_CALL = ['evt.type', 'syscall.type', 'evt.rawres', 'evt.res', 'evt.failed', 'evt.dir', 'evt.source', 'evt.kind']
const DUP_TYPES = ['dup', 'dup2', 'dup3', 'fcntl'] as const
const DUP_FDS = 3
/** 0 stands for all others. */
const DUP_FAMILIES = [0, FAMILY.unix, FAMILY.inet, FAMILY.inet6, FAMILY.netlink, FAMILY.packet]
const EXEC_TYPES = ['execve', 'execveat'] as const

/** What the kernel side numbers alike: dup_class() in native/bpf/dup.bpf.c, and the type of an exec. */
export const KILL_FACTS: Readonly<Record<KillKind, Facts>> = {
  'fd.dup': {
    classes: DUP_FDS * DUP_FAMILIES.length * DUP_TYPES.length,
    sample: (number) => {
      const fd = number % DUP_FDS
      const family = DUP_FAMILIES[Math.floor(number / DUP_FDS) % DUP_FAMILIES.length] ?? 0
      const type = DUP_TYPES[Math.floor(number / (DUP_FDS * DUP_FAMILIES.length))] ?? 'dup'
      return { type, fd, family, result: fd, flags: HEADER_FLAGS.hasResult }
    },
    decides: new Set([...OF_CALL, 'fd.num', 'fd.type', 'fd.typechar']),
  },
  'process.exec': {
    classes: EXEC_TYPES.length,
    sample: (number) => ({ type: EXEC_TYPES[number] ?? 'execve', result: 0, flags: HEADER_FLAGS.hasResult }),
    decides: new Set(OF_CALL),
  },
}

/** Whether a rule's events of a kind can be killed at the hook. */
export interface KillVerdict {
  readonly rule: string
  /** Undefined: none of its events is of a kind at which that is done. */
  readonly kind: KillKind | undefined
  readonly qualifies: boolean
  /** Why not; empty where it does. */
  readonly why: string
}
