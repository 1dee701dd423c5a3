/** Events as flat objects of fields: what `tarsier events --json` prints and `tarsier rules eval` reads. */
import { argumentText } from '../events/arguments/argument.ts'
import { argumentsOf } from '../events/arguments.ts'
import type { Event } from '../events/event.ts'
import type { FieldValue } from '../events/field.ts'
import { FIELDS } from '../events/fields.ts'

/** Left out: the same under two names, environments, which hold secrets and are long, and what would be read from /proc for each event. */
const LEFT_OUT: ReadonlySet<string> = new Set(['evt.info', 'proc.env', 'proc.aenv'])

const READERS = FIELDS.filter(
  ({ name, argument, readsHost }) => argument?.required !== true && readsHost !== true && !LEFT_OUT.has(name),
).map((field) => [field.name, field.bind(undefined)] as const)

/** Every field of the event that has a value and needs no argument, and each argument of the call as `evt.arg.NAME`. */
export function flattenEvent(event: Event): Record<string, unknown> {
  const flat: Record<string, unknown> = {}
  for (const [name, read] of READERS) {
    const value = read(event)
    if (value !== undefined) flat[name] = plain(value)
  }
  if (event.kind === 'flat') return flat
  for (const argument of argumentsOf(event)) flat[`evt.arg.${argument.name}`] = argumentText(argument, event)
  return flat
}

function plain(value: FieldValue): unknown {
  return Buffer.isBuffer(value) ? value.toString() : value
}
