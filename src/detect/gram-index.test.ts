import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGramIndex, MIN_GRAM } from './gram-index.ts'
import type { Found } from './text-index.ts'

/** Few characters, so that texts often hold each other; one beyond ASCII shares its low bits with another. */
const letters = fc.constantFrom('a', 'b', '/', '.', 'é', '\u0461')
const text = (least: number) => fc.string({ unit: letters, minLength: least, maxLength: 12 })

test('no rule is missed whose text stands in the other', () => {
  let found = 0
  fc.assert(
    fc.property(fc.array(text(MIN_GRAM), { minLength: 1, maxLength: 20 }), text(0), (parts, whole) => {
      const index = createGramIndex(parts.map((part, rule) => ({ text: part, rule })))
      const answer: Found = { rules: [], count: 0 }
      index(whole, answer)
      const rules = new Set(answer.rules.slice(0, answer.count))
      for (const [rule, part] of parts.entries()) if (whole.includes(part)) expect(rules).toContain(rule)
      found += rules.size
    }),
    { numRuns: 2000 },
  )
  expect(found).toBeGreaterThan(100)
})

test('a text that is there many times is found once', () => {
  const answer: Found = { rules: [], count: 0 }
  createGramIndex([{ text: 'aaa', rule: 7 }])('a'.repeat(10_000), answer)
  expect(answer.rules.slice(0, answer.count)).toEqual([7])
})
