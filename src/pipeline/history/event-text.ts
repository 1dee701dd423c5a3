/** Events of history as JSON. Written for each event that reaches the rules: bench/history.ts. */
import { argumentText, type CallArgument } from '../../events/arguments/argument.ts'
import { argumentsOf } from '../../events/arguments.ts'
import type { AnyKernelEvent, Event } from '../../events/event.ts'
import type { FieldDefinition, FieldValue } from '../../events/field.ts'
import { KINDS, type KindName } from '../../events/kinds.ts'
import { NO_NAME } from '../../events/process-name.ts'
import { quoted } from '../../lib/json-text.ts'
import { defaultOf, eventFields, isKeptArgument } from './event-fields.ts'
import { plainOpenText } from './open-text.ts'
import { valueText } from './value-text.ts'

/** The text of a HistoryEvent. `process`: the keys processId and processKey with their values, each behind a comma. */
export type EventText = (event: AnyKernelEvent, process: string) => string

export function createEventText(hostname: string): EventText {
  const fields = new Map<KindName, readonly FieldText[]>(KINDS.map(({ name }) => [name, eventFields(name).map(fieldText)]))
  const host = quoted(hostname)
  return (event, process) => {
    const { id, timeNs, kind, type } = event
    // Every event has a thread: so there is a first field, and the others follow with a comma.
    const begin = `{"id":"${id}","hostname":${host},"timeNs":${timeNs},"kind":"${kind}","type":"${type}"${process},"fields":{"thread.tid":${event.record.tid}`
    return `${begin}${plainOpenText(event) ?? fieldTexts(event, fields.get(kind) ?? [])}}}`
  }
}

/** Each behind a comma. */
function fieldTexts(event: AnyKernelEvent, fields: readonly FieldText[]): string {
  let text = ''
  for (const field of fields) text += field(event)
  for (const { argument, name } of keptArguments(event)) {
    const value = argumentText(argument, event)
    if (value !== undefined) text += name + quoted(value)
  }
  return text
}

/** The general way, for any event of that kind. */
export function generalFieldTexts(event: AnyKernelEvent): string {
  return fieldTexts(event, eventFields(event.kind).map(fieldText))
}

/** `,"fd.name":"/etc/shadow"`; empty where there is nothing to say. */
type FieldText = (event: Event) => string
type FieldReader = (event: Event) => FieldValue | undefined

function fieldText({ name, type, bind }: FieldDefinition): FieldText {
  const begin = `,${quoted(name)}:`
  const read = seldom(name, bind(undefined))
  const silent = defaultOf(name)
  if (type === 'boolean') return truth(begin, read, silent === false)
  return (event) => {
    const value = read(event)
    return value === undefined || value === silent ? '' : begin + valueText(value)
  }
}

/** What most events need not be asked for: reading it costs more than to see that. */
const WORTH_ASKING: Readonly<Record<string, (event: AnyKernelEvent) => boolean>> = {
  'thread.name': ({ record: { tid, pid }, process }) => tid !== pid || process?.kernelName === NO_NAME,
  'evt.truncated': ({ record }) => record.truncated !== 0,
}

function seldom(name: string, read: FieldReader): FieldReader {
  const isWorth = WORTH_ASKING[name]
  return isWorth === undefined ? read : (event) => (event.kind !== 'flat' && isWorth(event) ? read(event) : undefined)
}

function truth(begin: string, read: FieldReader, falseIsDefault: boolean): FieldText {
  const [yes, no] = [`${begin}true`, falseIsDefault ? '' : `${begin}false`]
  return (event) => {
    const value = read(event)
    return value === undefined ? '' : value === true ? yes : no
  }
}

interface KeptArgument {
  readonly argument: CallArgument
  /** `,"evt.arg.flags":` */
  readonly name: string
}

/** By the list of a call's arguments, which is a constant; calls that do the same share one. */
const kept = new Map<readonly CallArgument[], readonly KeptArgument[]>()

function keptArguments(event: AnyKernelEvent): readonly KeptArgument[] {
  const all = argumentsOf(event)
  const known = kept.get(all)
  if (known !== undefined) return known
  const found = all
    .filter(({ name }) => isKeptArgument(event.kind, name))
    .map((argument) => ({ argument, name: `,"evt.arg.${argument.name}":` }))
  kept.set(all, found)
  return found
}
