import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTextIndex, type IndexedText } from './text-index.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é'), maxLength: 6 })
const entry = fc.record({ text, kind: fc.constantFrom('whole' as const, 'prefix' as const, 'suffix' as const) })

function holds({ text: part, kind }: Pick<IndexedText, 'text' | 'kind'>, whole: string): boolean {
  return kind === 'whole' ? whole === part : kind === 'prefix' ? whole.startsWith(part) : whole.endsWith(part)
}

test('what is found is what holds when each text is tried by itself', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), fc.array(text, { minLength: 1, maxLength: 10 }), (entries, texts) => {
      const find = createTextIndex(entries.map((one, rule) => ({ ...one, rule })))
      for (const one of texts) {
        const found = { rules: [], count: 0 }
        find(one, found)
        expect(found.rules.slice(0, found.count).sort((a, b) => a - b)).toEqual(
          entries.flatMap((known, rule) => (holds(known, one) ? [rule] : [])),
        )
      }
    }),
    { numRuns: 2000 },
  )
})
