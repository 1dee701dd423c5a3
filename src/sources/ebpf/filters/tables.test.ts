import { expect, test } from 'vitest'
import type { Interest, PathTests, Term } from '../../../events/interest.ts'
import { tablesOf } from './tables.ts'

const NOTHING: PathTests = { exact: [], prefixes: [], suffixes: [], names: [], parents: [] }
const ANY: Term = { countsRepeats: false, rules: [] }
const prefixes = (count: number, begin: string): Term => ({
  ...ANY,
  path: { ...NOTHING, prefixes: Array.from({ length: count }, (_, index) => `/${begin}/${index}/`) },
})
const interest = (...kinds: readonly (readonly [string, Term])[]): Interest => new Map(kinds.map(([kind, term]) => [kind, [term]])) as never

const OPEN = 10
/** One kind of the table filter_kinds, as words of 64 bits. */
function kindFilter(given: Interest): readonly bigint[] {
  const { entries } = tablesOf(given, [], 0)
  const { values = Buffer.alloc(0) } = entries.find(({ map }) => map === 'filter_kinds') ?? {}
  return Array.from({ length: 12 }, (_, word) => values.readBigUInt64LE(96 * OPEN + 8 * word))
}

test('what fits one half is written, and of two kinds that do not fit together the larger is left unfiltered', () => {
  expect(tablesOf(interest(['file.open', prefixes(32_000, 'a')]), [], 0).unfiltered).toEqual([])
  expect(tablesOf(interest(['file.open', prefixes(33_000, 'a')]), [], 0).unfiltered).toEqual(['file.open'])
  const two = interest(['file.open', prefixes(20_000, 'a')], ['net.connect', prefixes(15_000, 'b')])
  expect(tablesOf(two, [], 0).unfiltered).toEqual(['file.open'])
})

test('too many terms leave the kind unfiltered', () => {
  expect(tablesOf(new Map([['file.open', Array<Term>(65).fill(ANY)]]), [], 0).unfiltered).toEqual(['file.open'])
})

test('an empty suffix or prefix is no test: it does not end the list of lengths, and rules nothing out', () => {
  const [, , , path = 0n] = kindFilter(interest(['file.open', { ...ANY, path: { ...NOTHING, suffixes: [''] } }]))
  expect(path).toBe(0n)
  const both: Interest = new Map([
    [
      'file.open',
      [
        { ...ANY, path: { ...NOTHING, suffixes: [''] } },
        { ...ANY, path: { ...NOTHING, suffixes: ['.pem', '/a/key'] } },
      ],
    ],
  ])
  const words = kindFilter(both)
  expect(words[3]).toBe(2n)
  expect(words[10]).toBe(0x06_04n)
})
