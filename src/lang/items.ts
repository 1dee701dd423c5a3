/** What stands in a rule file, item by item, before the items are put together. */
import type { Priority } from './priority.ts'
import type { Origin } from './source.ts'
import type { YamlText } from './yaml-file.ts'

/** A text of the file with its place. */
export type Text = YamlText

export type OverrideAction = 'append' | 'replace'

interface Item {
  /** Where the name of the item stands. */
  readonly at: Origin
}

export interface ListItem extends Item {
  readonly kind: 'list'
  readonly name: string
  readonly items: readonly Text[]
  readonly append: boolean
}

export interface MacroItem extends Item {
  readonly kind: 'macro'
  readonly name: string
  readonly condition: Text
  readonly append: boolean
}

/** A value of an exception: one text, or several where the operator takes a list. */
export type ExceptionValue = Text | readonly Text[]

export interface ExceptionItem {
  readonly name: string
  readonly at: Origin
  /** A list, or one text where the exception is about one field. */
  readonly fields: Text | readonly Text[] | undefined
  readonly comps: Text | readonly Text[] | undefined
  /** Who answers for it, and why it is there. */
  readonly owner: string | undefined
  readonly reason: string | undefined
  /** The last day on which it holds, `2026-12-31`, UTC. */
  readonly expires: string | undefined
  /** As written: what an element may be depends on the fields. */
  readonly values: readonly ExceptionRow[]
}

export interface ExceptionRow {
  readonly at: Origin
  readonly value: Text | readonly ExceptionValue[]
}

/** A step of a sequence, or what breaks one off. */
export interface StepItem {
  readonly name: string
  readonly at: Origin
  readonly condition: Text
  /** In the place of the sequence's own. */
  readonly by: readonly Text[] | undefined
  readonly absent: boolean
}

interface CorrelationBase {
  readonly at: Origin
  /** Events with equal values of these belong together. */
  readonly by: readonly Text[]
  readonly withinNs: number
}

export interface SequenceItem extends CorrelationBase {
  readonly kind: 'sequence'
  readonly steps: readonly StepItem[]
  readonly until: StepItem | undefined
}

export interface ThresholdItem extends CorrelationBase {
  readonly kind: 'threshold'
  readonly count: number
  /** Its different values are counted, not the events. */
  readonly distinct: Text | undefined
}

export interface FirstSeenItem extends CorrelationBase {
  readonly kind: 'first_seen'
  readonly value: Text
  /** So long after a key was first seen, its values are only learned. */
  readonly learningNs: number
}

/** What a rule asks of several events together. */
export type CorrelationItem = SequenceItem | ThresholdItem | FirstSeenItem

/** A test that a rule carries: events as flat fields, and whether the rule matches one of them. */
export interface RuleTest {
  readonly name: string | undefined
  readonly match: boolean
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly line: number
}

export const CONFIDENCES = ['low', 'medium', 'high'] as const

/** How seldom what matches is harmless. */
export type Confidence = (typeof CONFIDENCES)[number]

export const CASE_PLACES = ['host', 'container'] as const

/** What `tarsier prove` does in a throw-away sandbox: an attack that the rule must find, or a look-alike that it must not. */
export interface RuleCase {
  readonly name: string
  /** A script for /bin/sh. */
  readonly run: string
  readonly place: (typeof CASE_PLACES)[number]
  /** Programs that it uses beyond a bare Debian. */
  readonly needs: readonly string[]
  /** The way past naive rules that it takes: `renamed binary`. */
  readonly evades: string | undefined
  readonly line: number
}

/** Of the first one whose condition holds for an event, the rule has the priority; undefined: there it is off. */
export interface WorkloadItem {
  readonly where: Text
  readonly priority: Priority | undefined
}

/** The keys of a rule, all optional: which must be there depends on what the item does. */
export interface RuleKeys {
  /** Of a sequence its steps have conditions instead. */
  readonly condition?: Text
  readonly correlation?: CorrelationItem
  readonly output?: Text
  readonly desc?: string
  readonly why?: string
  readonly priority?: Priority
  readonly source?: string
  readonly enabled?: boolean
  /** It is evaluated and counted, and makes no findings. */
  readonly shadow?: boolean
  /** What it finds is denied before it happens, where that can be known beforehand. */
  readonly prevent?: boolean
  readonly tags?: readonly string[]
  /** ATT&CK ids. */
  readonly techniques?: readonly string[]
  /** MITRE ATLAS ids. */
  readonly atlas?: readonly string[]
  /** Numbers of OWASP's lists for LLM and for agentic applications. */
  readonly owasp?: readonly string[]
  readonly confidence?: Confidence
  readonly noise?: string
  readonly attack?: readonly RuleCase[]
  readonly benign?: readonly RuleCase[]
  readonly tests?: readonly RuleTest[]
  readonly exceptions?: readonly ExceptionItem[]
  readonly workloads?: readonly WorkloadItem[]
  readonly warnEventTypes?: boolean
  readonly skipIfUnknownFilter?: boolean
}

export interface RuleItem extends Item {
  readonly kind: 'rule'
  readonly name: string
  readonly action: RuleAction
  readonly keys: RuleKeys
}

/** Define (or define again), switch on or off, append (the old way), or change key by key. */
export type RuleAction =
  | { readonly kind: 'define' }
  | { readonly kind: 'enable' }
  | { readonly kind: 'append' }
  | { readonly kind: 'override'; readonly keys: ReadonlyMap<keyof RuleKeys, OverrideAction> }

export type FileItem = ListItem | MacroItem | RuleItem
