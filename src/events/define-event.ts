/**
 * The one place where the shape of an event kind is written down. `npm run generate` makes from these definitions the
 * C record header (native/bpf/lib/records.gen.h), the decoder (src/events/records.gen.ts), JSON schemas and the reference.
 */

export type ScalarType = 'u8' | 'u16' | 'u32' | 'u64' | 'i32' | 'i64'

/** A fixed-width number, or bytes of fixed size, or text of bounded length behind the fixed part. */
export interface RecordField {
  readonly type: ScalarType | 'bytes' | 'text' | 'data'
  /** `bytes`: exact size. `text` and `data`: the most bytes kept; more is cut and marked truncated. */
  readonly size: number
  readonly doc: string
  readonly unit?: string
  readonly example: string | number | readonly number[]
}

type Doc = Omit<RecordField, 'type' | 'size'>

export const u16 = (doc: Doc) => ({ type: 'u16', size: 2, ...doc }) as const
export const u32 = (doc: Doc) => ({ type: 'u32', size: 4, ...doc }) as const
/** Decoded as a number: exact up to 2^53 (104 days in ns since boot); beyond, to the nearest 2. */
export const u64 = (doc: Doc) => ({ type: 'u64', size: 8, ...doc }) as const
export const i32 = (doc: Doc) => ({ type: 'i32', size: 4, ...doc }) as const
export const i64 = (doc: Doc) => ({ type: 'i64', size: 8, ...doc }) as const
export const bytes = (size: number, doc: Doc) => ({ type: 'bytes', size, ...doc }) as const
/** Text of at most `max` bytes, kept as the kernel has it (any bytes but NUL; argv and environ keep NULs between their elements). */
export const text = (max: number, doc: Doc) => ({ type: 'text', size: max, ...doc }) as const
/** Raw bytes of at most `max`, e.g. the first part of a packet. */
export const data = (max: number, doc: Doc) => ({ type: 'data', size: max, ...doc }) as const

export interface EventDefinition {
  /** Stable number of the kind, 1 to 255; never reused. */
  readonly id: number
  /** `family.verb`, for example `process.exec`. */
  readonly name: string
  /** The values of `evt.type` that this kind carries, in Falco's (that is: the syscalls') names. */
  readonly types: readonly string[]
  readonly doc: string
  readonly fields: Readonly<Record<string, RecordField>>
}

/** Checks what the type system cannot and returns the definition frozen. Throws on a mistake in the definition itself. */
export function defineEvent<const D extends EventDefinition>(definition: D): D {
  if (!(definition.id >= 1 && definition.id <= 255)) throw new Error(`${definition.name}: id out of range`)
  const texts = Object.values(definition.fields).filter((field) => field.type === 'text' || field.type === 'data')
  const largest = texts.reduce((sum, field) => sum + field.size, 0)
  if (largest > 60_000) throw new Error(`${definition.name}: texts may reach ${largest} bytes; a record holds 60,000`)
  if (texts.length > 16) throw new Error(`${definition.name}: more than 16 texts`)
  return Object.freeze(definition)
}
