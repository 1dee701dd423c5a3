/** A field of the one vocabulary that rules, outputs and queries use. The catalogue is the list in fields.ts. */
import type { Event } from './event.ts'

export type FieldType = 'string' | 'number' | 'boolean' | 'ip' | 'net' | 'bytes'

/** `Buffer` for bytes; IPs and nets as text in canonical form (RFC 5952). A list only where the definition says `list` or `any`. */
export type FieldValue = string | number | boolean | Buffer | readonly (string | number | boolean)[]

export interface FieldDefinition {
  /** Falco's name where Falco has one. */
  readonly name: string
  readonly type: FieldType
  readonly doc: string
  readonly unit?: string
  readonly example: string | number | boolean
  /**
   * How a list of values compares. `list`: the field is a list (`in` asks for every value, `intersects` for any).
   * `any`: it stands for several values at once (`fd.ip`, unindexed `proc.aname`): a comparison holds when it holds for
   * any of them, `!=` when it holds for all. Where the field takes an argument, the values are those of ancestors, and `!=`
   * holds when one of them differs: so Falco has it.
   */
  readonly many?: 'list' | 'any'
  /** `[…]` behind the name: a number (`proc.aname[2]`), a word (`proc.env[PATH]`, `evt.arg.flags` by dot), or either. */
  readonly argument?: { readonly kind: 'index' | 'word' | 'either'; readonly required: boolean; readonly doc: string }
  /** Falco forbids transformers here. */
  readonly noTransformer?: true
  /** Reading it asks the host (/proc) and not only the event: whoever reads every field of every event leaves it out. */
  readonly readsHost?: true
  /** Event kinds (prefixes such as `file.`) that carry it; absent when every event may. */
  readonly kinds?: readonly string[]
  /** Called once per rule with the argument; the result is called per event. Undefined: the event has no such value. */
  readonly bind: (argument: string | number | undefined) => (event: Event) => FieldValue | undefined
}

/** What the rule language needs of a vocabulary. */
export interface Vocabulary {
  /** The definition for a name without its argument; also resolves the dotted form `evt.arg.flags`. */
  readonly field: (name: string) => FieldDefinition | undefined
  readonly names: readonly string[]
}
