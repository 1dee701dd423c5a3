/**
 * A vocabulary over flat events, made from any other: a field is looked up by its full text (`proc.aname[2]`,
 * `evt.arg.flags`), brought to its type, and where it is not given derived from others (flat-derived.ts) or left to the
 * field itself.
 */
import type { Event } from '../events/event.ts'
import type { FieldDefinition, FieldType, FieldValue, Vocabulary } from '../events/field.ts'
import { encodeText } from '../lang/bytes.ts'
import { parseNumber } from '../lang/constants.ts'
import { canonicalAddress } from '../lang/ip.ts'
import { DERIVATIONS } from './flat-derived.ts'

/** For events of kind `flat`; others are read as the base does. */
export function flatVocabulary(base: Vocabulary): Vocabulary {
  const fields = new Map<string, FieldDefinition | undefined>()
  return Object.freeze({
    names: base.names,
    field: (name: string) => {
      if (!fields.has(name)) fields.set(name, flatField(base.field(name), name))
      return fields.get(name)
    },
  })
}

function flatField(field: FieldDefinition | undefined, name: string): FieldDefinition | undefined {
  return field && Object.freeze({ ...field, bind: (argument: string | number | undefined) => bind(field, name, argument) })
}

function bind(field: FieldDefinition, name: string, argument: string | number | undefined) {
  const key = argument === undefined ? name : `${name}[${argument}]`
  const derive = DERIVATIONS.get(name)
  const fallback = field.bind(argument)
  const several = field.many !== undefined && argument === undefined
  return (event: Event): FieldValue | undefined => {
    if (event.kind !== 'flat') return fallback(event)
    const { values } = event
    const given = Object.hasOwn(values, key) ? values[key] : derive?.(values, argument)
    if (given === undefined && !Object.hasOwn(values, key)) return name === 'evt.type' ? event.type || undefined : fallback(event)
    return several ? listValue(field.type, given) : singleValue(field.type, given)
  }
}

function listValue(type: FieldType, given: unknown): FieldValue | undefined {
  if (given === undefined || given === null) return undefined
  const list = Array.isArray(given) ? given : [given]
  return list.flatMap((one) => {
    const value = coerce(type, one)
    return value === undefined || Buffer.isBuffer(value) ? [] : [value]
  })
}

/** A list where one value is expected is its words with blanks between, as the kernel's fields have it. */
function singleValue(type: FieldType, given: unknown): FieldValue | undefined {
  return coerce(type, Array.isArray(given) && type === 'string' ? given.join(' ') : given)
}

/** The value as the type has it: numbers may be written as texts and the reverse. Undefined where it is no such value. */
function coerce(type: FieldType, given: unknown): string | number | boolean | Buffer | undefined {
  if (given === undefined || given === null) return undefined
  if (type === 'bytes') return bytesOf(given)
  if (typeof given === 'object') return undefined
  switch (type) {
    case 'string':
      return String(given)
    case 'number':
      return typeof given === 'number' ? given : parseNumber(String(given).trim())
    case 'boolean':
      return BOOLEANS.get(given)
    case 'ip':
    case 'net':
      return canonicalAddress(String(given))
    default:
      return type satisfies never
  }
}

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  [1, true],
  ['1', true],
  [false, false],
  ['false', false],
  [0, false],
  ['0', false],
])

/** Text for its bytes, or `{"hex": "7f45"}`, or `{"base64": "f0U="}`. */
function bytesOf(given: unknown): Buffer | undefined {
  if (Buffer.isBuffer(given)) return given
  if (typeof given !== 'object' || given === null) return encodeText(String(given))
  const { hex, base64 } = given as { readonly hex?: unknown; readonly base64?: unknown }
  if (typeof hex === 'string') return Buffer.from(hex, 'hex')
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined
}

/** What a flat event gives that no rule will see: names that are no fields, and values that are not of their field's type. */
export function checkFlatEvent(values: Readonly<Record<string, unknown>>, vocabulary: Vocabulary): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const [, name = key, argument] = /^([^[]+)(?:\[(.*)\])?$/s.exec(key) ?? []
    const field = vocabulary.field(name)
    if (field === undefined || (argument !== undefined && field.argument === undefined)) return [`${key} is no field`]
    return value === null || isOf(field, name, value) ? [] : [`${key} is no ${field.type}: ${JSON.stringify(value).slice(0, 80)}`]
  })
}

function isOf(field: FieldDefinition, name: string, value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => coerce(field.type, one) !== undefined)
  return coerce(field.type, value) !== undefined || name === 'proc.env'
}
