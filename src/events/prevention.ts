/**
 * What is decided before a program is run or a file is opened, in a form that the native helper decides by itself: trees over tests, each of which
 * holds, does not, or cannot be told there. Made by src/detect/prevention.ts, packed by src/respond/prevention/table.ts.
 */

import type { DenialKind } from './denial.ts'

/** The kinds of events about which the helper is asked. */
export const PREVENTED_KINDS = ['process.exec', 'file.open'] as const
export type PreventedKind = (typeof PREVENTED_KINDS)[number]

/** By the numbers that the helper has for them. */
export const PREVENTED_TYPES = {
  'process.exec': ['execve', 'execveat'],
  'file.open': ['open', 'openat', 'openat2', 'creat', 'open_by_handle_at'],
} as const satisfies Readonly<Record<PreventedKind, readonly string[]>>

/** What a call is known by before it is done, of the finite facts: its type; of an open also the access and whether it makes the file. */
export interface Situation {
  readonly type: string
  /** O_RDONLY, O_WRONLY, O_RDWR. */
  readonly access: 0 | 1 | 2
  readonly created: boolean
}

/** In the order of the bits in a mask: see native/addon/prevent/facts.h. */
export const SITUATIONS: Readonly<Record<PreventedKind, readonly Situation[]>> = {
  'process.exec': PREVENTED_TYPES['process.exec'].map((type) => ({ type, access: 0, created: false })),
  'file.open': PREVENTED_TYPES['file.open'].flatMap((type) =>
    ([0, 1, 2] as const).flatMap((access) => [false, true].map((created) => ({ type, access, created }))),
  ),
}

/** In the order of `enum prevent_fact`. */
export const DECISION_FACTS = ['situation', 'path', 'name', 'commToBe', 'directory', 'exe', 'comm', 'euid', 'ruid', 'onHost'] as const
export type DecisionFact = (typeof DECISION_FACTS)[number]

/** In the order of `enum prevent_compare`. */
export const DECISION_COMPARES = ['equal', 'begins', 'ends', 'holds'] as const
export type DecisionCompare = (typeof DECISION_COMPARES)[number]

export interface DecisionTest {
  readonly fact: DecisionFact
  readonly compare: DecisionCompare
  /** Any of them. */
  readonly texts: readonly string[]
  /** Of a fact that is a number: any of them. */
  readonly numbers: readonly number[]
  /** Of `situation`: those in which it holds, a bit each. */
  readonly mask: number
}

/** Equal parts may be one object. */
export type DecisionNode =
  | { readonly op: 'false' | 'true' | 'unsure' }
  | { readonly op: 'test'; readonly test: DecisionTest }
  | { readonly op: 'not'; readonly child: DecisionNode }
  | { readonly op: 'and' | 'or'; readonly children: readonly DecisionNode[] }

export interface DecisionRule {
  readonly name: string
  readonly kind: PreventedKind
  readonly root: DecisionNode
  /** Decided and told, but never denied. */
  readonly quiet: boolean
}

/** Beginnings of paths, one of which every path has that a rule can deny; `everywhere`: there are none. */
export type Places = readonly string[] | 'everywhere'

export interface Decisions {
  readonly rules: readonly DecisionRule[]
  readonly places: Readonly<Record<PreventedKind, Places>>
  /** Some rule can hold in a container. */
  readonly containers: boolean
}

/** What becomes of one rule's `prevent` for one kind of events. */
export interface Enforcement {
  readonly rule: string
  /** Undefined: none of its events can be prevented. */
  readonly kind: DenialKind | undefined
  readonly enforced: boolean
  /** `fanotify` or `bpf-lsm`; why not; or what holds only in part. */
  readonly how: string
}
