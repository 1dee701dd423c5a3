/**
 * What the loaded rules can want, in tests that the kernel side makes before it builds a record. An interest may only be too
 * wide: an event outside of it is one that no rule could match.
 */
import type { KindName } from './kinds.ts'

/** Any of these. Paths as the process's root sees them; bytes that are no UTF-8 as in decoded texts. */
export interface PathTests {
  /** The whole path. */
  readonly exact: readonly string[]
  /** The path begins so; not by components. Of a longer text the first 94 bytes count. */
  readonly prefixes: readonly string[]
  /** The path ends so. Of a longer text the last 32 bytes count, or fewer where the lengths are many. */
  readonly suffixes: readonly string[]
  /** The last component. */
  readonly names: readonly string[]
  /** The component before the last. */
  readonly parents: readonly string[]
}

/** An address's bytes (4 or 16) and how many leading bits count. */
export interface AddressRange {
  readonly bytes: Uint8Array
  readonly bits: number
}

/** A conjunction of tests. An absent test holds for every event. */
export interface Term {
  /** By class of the kind (see filter-classes.ts): whether the term can hold for an event of that class. */
  readonly classes?: readonly boolean[]
  /** Of a file that was opened. One of which the kernel side has no path, or only the one asked for, is never ruled out. */
  readonly path?: PathTests
  /** Name of the process (of its first thread), at most 15 bytes: one of these, or NO_NAME, behind which there may be any of them. */
  readonly comms?: readonly string[]
  /** Real user id of the thread: one of these. */
  readonly uids?: readonly number[]
  /** Either end of the socket lies in one of these ranges. */
  readonly nets?: readonly AddressRange[]
  /** Either end of the socket has one of these ports. */
  readonly ports?: readonly number[]
  /** A rule of this term can tell equal events apart (by thread, by time…): its events must not be folded. */
  readonly countsRepeats: boolean
  /** Names of the rules that asked for it. */
  readonly rules: readonly string[]
}

/** The kernel side knows a term by its place in the list, one bit of a word each. */
export const MAX_TERMS = 64

/** An event passes when any term of its kind holds. A kind that is absent is not filtered. */
export type Interest = ReadonlyMap<KindName, readonly Term[]>

/** How much of a prefix counts, in bytes. */
export const PREFIX_BYTES = 94
