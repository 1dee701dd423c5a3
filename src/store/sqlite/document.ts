/** Nouns kept as JSON: read again, what was undefined is put back, for JSON leaves it out. */
export function fromDocument<Noun extends object>(document: string, mayBeMissing: readonly (keyof Noun)[]): Noun {
  const noun = JSON.parse(document) as Noun
  for (const key of mayBeMissing) noun[key] ??= undefined as Noun[keyof Noun]
  return noun
}
