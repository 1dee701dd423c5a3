/** Parameters as texts become what their schema says, and nothing else does: `limit=10` a number, `rule=A&rule=B` a list. */
import type { TObject, TSchema } from 'typebox'

export type RawQuery = Readonly<Record<string, readonly string[]>>

const MOST_PARAMETERS = 500

/** Every value of each name, in order. An object without a prototype: names are the caller's. More than 500 parameters are cut off. */
export function parseQuery(text: string): RawQuery {
  const values: Record<string, string[]> = Object.create(null)
  let seen = 0
  for (const [name, value] of new URLSearchParams(text)) {
    if (++seen > MOST_PARAMETERS) break
    const list = values[name]
    if (list === undefined) values[name] = [value]
    else list.push(value)
  }
  return values
}

/** For validation: what is not in the schema stays, so that it is refused by name. */
export function typedQuery(schema: TObject, raw: RawQuery): Readonly<Record<string, unknown>> {
  const typed: Record<string, unknown> = Object.create(null)
  for (const [name, values] of Object.entries(raw)) typed[name] = typedValue((schema.properties as Record<string, TSchema>)[name], values)
  return typed
}

interface SchemaFacts {
  readonly type?: string
  readonly items?: SchemaFacts
}

/** A name that was given again where one value is wanted stays a list, which the schema refuses. */
function typedValue(schema: SchemaFacts | undefined, values: readonly string[]): unknown {
  if (schema?.type === 'array') return values.map((value) => typedText(schema.items, value))
  return values.length === 1 ? typedText(schema, values[0] ?? '') : values
}

function typedText(schema: SchemaFacts | undefined, text: string): unknown {
  if (schema?.type === 'integer' || schema?.type === 'number') return /^-?\d{1,18}(?:\.\d{1,18})?$/.test(text) ? Number(text) : text
  if (schema?.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  return text
}
