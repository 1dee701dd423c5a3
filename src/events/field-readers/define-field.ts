/** Makes a field out of a reader of kernel events; flat events (rule tests, other sources) are read by the field's name. */
import type { AnyKernelEvent, Event, FlatEvent } from '../event.ts'
import type { FieldDefinition, FieldType, FieldValue } from '../field.ts'
import type { Process } from '../process.ts'

type Reader = (event: AnyKernelEvent) => FieldValue | undefined
type Description = Omit<FieldDefinition, 'bind' | 'argument'>

export interface PlainField extends Description {
  readonly read: Reader
  /** Used for a flat event that does not give the field itself: a value that follows from its others. */
  readonly flat?: ((event: FlatEvent) => unknown) | undefined
}

export interface FieldWithArgument extends Description {
  readonly argument: NonNullable<FieldDefinition['argument']>
  /** Called once per rule. */
  readonly reader: (argument: string | number | undefined) => Reader
  readonly flat?: ((event: FlatEvent, argument: string | number | undefined) => unknown) | undefined
}

/** A field without an argument. */
export function defineField({ read, flat, ...description }: PlainField): FieldDefinition {
  return Object.freeze({ ...description, bind: () => bindBoth(description, undefined, read, flat) })
}

/** A field that takes `[argument]`. */
export function defineFieldWithArgument({ reader, flat, ...description }: FieldWithArgument): FieldDefinition {
  return Object.freeze({
    ...description,
    bind: (argument: string | number | undefined) => bindBoth(description, argument, reader(argument), (event) => flat?.(event, argument)),
  })
}

type ProcessReader = (process: Process, event: AnyKernelEvent) => FieldValue | undefined

/** A field of the process that did it. */
export function processField({ of, ...description }: Description & { readonly of: ProcessReader; readonly flat?: PlainField['flat'] }) {
  return defineField({ ...description, read: (event) => (event.process === undefined ? undefined : of(event.process, event)) })
}

function bindBoth(field: Description, argument: string | number | undefined, read: Reader, derive: PlainField['flat']) {
  const readFlat = flatReader(field, argument, derive)
  return (event: Event) => (event.kind === 'flat' ? readFlat(event) : read(event))
}

/**
 * Reads `values['proc.name']`, or `values['proc.aname[2]']`; a list by its index where only the list is given. The value
 * is brought to the field's type; what cannot be is left out.
 */
function flatReader(field: Description, argument: string | number | undefined, derive: PlainField['flat']) {
  const key = argument === undefined ? field.name : `${field.name}[${argument}]`
  return (event: FlatEvent): FieldValue | undefined => {
    const given = Object.hasOwn(event.values, key) ? event.values[key] : derive?.(event)
    return Array.isArray(given)
      ? given.flatMap((one) => scalar(field.type, one) ?? [])
      : (bytesOf(field.type, given) ?? scalar(field.type, given))
  }
}

function bytesOf(type: FieldType, given: unknown): Buffer | undefined {
  if (type !== 'bytes') return undefined
  if (Buffer.isBuffer(given)) return given
  return typeof given === 'string' ? Buffer.from(given) : undefined
}

function scalar(type: FieldType, given: unknown): string | number | boolean | undefined {
  if (given === undefined || given === null) return undefined
  if (type === 'number') return numberOf(given)
  if (type === 'boolean') return given === true || given === 'true' || given === 1
  return typeof given === 'object' ? undefined : String(given)
}

function numberOf(given: unknown): number | undefined {
  const value = typeof given === 'boolean' ? undefined : Number(given)
  return value === undefined || Number.isNaN(value) ? undefined : value
}
