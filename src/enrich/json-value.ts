/** Reads values out of JSON that others wrote: every step is checked, nothing throws. */

export type Json = unknown

/** Undefined when it is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The value behind the keys; undefined where one of them is missing. Own properties only. */
export function at(value: Json, ...keys: readonly string[]): Json {
  let now = value
  for (const key of keys) {
    if (typeof now !== 'object' || now === null || !Object.hasOwn(now, key)) return undefined
    now = (now as Record<string, Json>)[key]
  }
  return now
}

/** A text that is not empty. */
export function textAt(value: Json, ...keys: readonly string[]): string | undefined {
  const found = at(value, ...keys)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** The elements of a list, none for anything else. */
export function listAt(value: Json, ...keys: readonly string[]): readonly Json[] {
  const found = at(value, ...keys)
  return Array.isArray(found) ? found : []
}

/** The texts of a map, without its other values; undefined when there is no map or no text in it. At most 256. */
export function textsAt(value: Json, ...keys: readonly string[]): Readonly<Record<string, string>> | undefined {
  const found = at(value, ...keys)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined
  const texts = Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return texts.length === 0 ? undefined : Object.fromEntries(texts.slice(0, MAX_TEXTS))
}

const MAX_TEXTS = 256
