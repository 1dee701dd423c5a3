/** The definition of an event's kind, for fields that speak of the record itself. */
import type { EventDefinition } from '../define-event.ts'
import type { AnyKernelEvent } from '../event.ts'
import { KINDS } from '../kinds.ts'
import { isBehind } from '../layout.ts'

const BY_NAME: ReadonlyMap<string, EventDefinition> = new Map(KINDS.map((kind) => [kind.name, kind]))

export function definitionOf(event: AnyKernelEvent): EventDefinition {
  const definition = BY_NAME.get(event.kind)
  if (definition === undefined) throw new Error(`no definition of ${event.kind}`)
  return definition
}

/** Names of a kind's texts in order of definition: their place is their bit in the header's `truncated`. */
export function textNames(definition: EventDefinition): readonly string[] {
  return Object.entries(definition.fields).flatMap(([name, field]) => (isBehind(field) ? [name] : []))
}
