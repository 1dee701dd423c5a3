/** Arguments of a call, as evt.arg.* shows them: in Falco's names, order and spelling. One file per family of calls. */
import type { AnyKernelEvent } from '../event.ts'
import type { FieldType, FieldValue } from '../field.ts'
import type { KindName } from '../kinds.ts'
import { normalizePath } from '../path.ts'
import type { HeaderRecord, RecordByKind } from '../records.gen.ts'
import { errnoName } from './errno.ts'

type RecordOf<K extends KindName> = RecordByKind[K] & HeaderRecord

export interface CallArgument<R = HeaderRecord> {
  readonly name: string
  /** Of the raw value (evt.rawarg.*). */
  readonly type: FieldType
  readonly raw: (record: R, event: AnyKernelEvent) => FieldValue | undefined
  /** What the raw value means, where that says more than the value: names of flags, of users, of errors. */
  readonly meaning?: (record: R, event: AnyKernelEvent) => string | undefined
}

/** The arguments of each evt.type of one kind. */
export interface CallFamily {
  readonly kind: KindName
  readonly types: Readonly<Record<string, readonly CallArgument[]>>
}

/** Ties readers to the record of their kind; `event.kind` guards each call of them. */
export function callsOf<K extends KindName>(kind: K, types: Readonly<Record<string, readonly CallArgument<RecordOf<K>>[]>>): CallFamily {
  return { kind, types: types as unknown as CallFamily['types'] }
}

/** What evt.arg.* gives: the meaning where there is one, else the value. */
export function argumentText(argument: CallArgument, event: AnyKernelEvent): string | undefined {
  const meaning = argument.meaning?.(event.record, event)
  return meaning === undefined ? plainText(argument, event) : meaning
}

/** The value alone as text. */
export function plainText(argument: CallArgument, event: AnyKernelEvent): string | undefined {
  const raw = argument.raw(event.record, event)
  if (raw === undefined) return undefined
  return Buffer.isBuffer(raw) ? raw.toString('latin1').replace(/[^\x20-\x7e]/g, '.') : String(raw)
}

export function number<R>(name: string, raw: (record: R, event: AnyKernelEvent) => number | undefined): CallArgument<R> {
  return { name, type: 'number', raw }
}

export function hex<R>(name: string, raw: (record: R) => number): CallArgument<R> {
  return { name, type: 'number', raw, meaning: (record) => raw(record).toString(16).toUpperCase() }
}

export function octal<R>(name: string, raw: (record: R) => number): CallArgument<R> {
  return { name, type: 'number', raw, meaning: (record) => (raw(record) === 0 ? '0' : `0${raw(record).toString(8)}`) }
}

/** A number with names for its value. */
export function named<R>(name: string, raw: (record: R) => number, names: (record: R) => string): CallArgument<R> {
  return { name, type: 'number', raw, meaning: (record) => names(record) || undefined }
}

export function text<R>(name: string, raw: (record: R, event: AnyKernelEvent) => string | undefined): CallArgument<R> {
  return { name, type: 'string', raw }
}

export function bytes<R>(name: string, raw: (record: R) => Buffer): CallArgument<R> {
  return { name, type: 'bytes', raw }
}

/** A path: raw as given, and as an absolute path. */
export function path<R>(name: string, given: (record: R) => string, absolute: (record: R) => string): CallArgument<R> {
  const meaning = (record: R) => {
    const asGiven = given(record)
    return normalizePath(asGiven.startsWith('/') ? asGiven : absolute(record))
  }
  return { name, type: 'string', raw: given, meaning }
}

const failure = (result: number): string | undefined => (result < 0 ? errnoName(-result) : undefined)

/** `res`: 0 or what the call returned; an error by its name. */
export const RES: CallArgument = {
  name: 'res',
  type: 'number',
  raw: (record) => record.result,
  meaning: (record) => failure(record.result),
}

const AT_FDCWD = -100

/** A descriptor that the call was given. */
export function descriptor<R>(name: string, raw: (record: R) => number): CallArgument<R> {
  return { name, type: 'number', raw, meaning: (record) => (raw(record) === AT_FDCWD ? 'AT_FDCWD' : undefined) }
}

/** A descriptor with what is behind it: `<f>/etc/passwd`; for a result an error by its name. */
export function describedDescriptor<R>(
  name: string,
  raw: (record: R) => number,
  describe: (event: AnyKernelEvent) => string | undefined,
): CallArgument<R> {
  return { name, type: 'number', raw, meaning: (record, event) => failure(raw(record)) ?? describe(event) }
}

const UNSET = 0xffff_ffff

export function user<R>(name: string, raw: (record: R) => number): CallArgument<R> {
  const known = (uid: number, event: AnyKernelEvent) => event.process?.names.user(uid)?.name ?? (uid === 0 ? 'root' : '<NA>')
  return { name, type: 'number', raw, meaning: (record, event) => (raw(record) === UNSET ? '<NONE>' : known(raw(record), event)) }
}

export function group<R>(name: string, raw: (record: R) => number): CallArgument<R> {
  const known = (gid: number, event: AnyKernelEvent) => event.process?.names.group(gid) ?? (gid === 0 ? 'root' : '<NA>')
  return { name, type: 'number', raw, meaning: (record, event) => (raw(record) === UNSET ? '<NONE>' : known(raw(record), event)) }
}

/** A process id as given, with the name of the process it means. */
export function processId<R extends { readonly targetPid: number; readonly targetStartNs: number; readonly targetGivenPid: number }>(
  name: string,
): CallArgument<R> {
  return {
    name,
    type: 'number',
    raw: (record) => record.targetGivenPid,
    meaning: (record, event) => event.host.process(record.targetPid, record.targetStartNs)?.comm,
  }
}
