import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AuditEntry } from './access-store.ts'
import { chainedEntry, FIRST_ANCHOR, verifyAudit } from './audit-chain.ts'

function chain(length: number): AuditEntry[] {
  const entries: AuditEntry[] = []
  for (let number = 1; number <= length; number++) {
    const entry = {
      timeNs: number,
      userId: 'u',
      userName: 'ann',
      address: '::1',
      action: 'a',
      target: 't',
      detail: { number, deep: { x: [1] } },
    }
    entries.push(chainedEntry(entry, entries.at(-1) ?? FIRST_ANCHOR))
  }
  return entries
}

type Tamper = (entries: AuditEntry[]) => readonly AuditEntry[]

const changed =
  (facts: Partial<AuditEntry>): Tamper =>
  (entries) =>
    entries.map((entry) => (entry.number === 3 ? { ...entry, ...facts } : entry))

const TAMPERED: readonly [sentence: string, tamper: Tamper, brokenAt: number][] = [
  ['another time', changed({ timeNs: 4 }), 3],
  ['another user', changed({ userId: undefined }), 3],
  ['another name', changed({ userName: 'bob' }), 3],
  ['another address', changed({ address: '::2' }), 3],
  ['another action', changed({ action: 'b' }), 3],
  ['another target', changed({ target: '' }), 3],
  ['another detail, deep within', changed({ detail: { number: 3, deep: { x: [2] } } }), 3],
  ['a detail more', changed({ detail: { number: 3, deep: { x: [1] }, y: 1 } }), 3],
  ['another hash', changed({ hash: 'f'.repeat(64) }), 3],
  ['another hash before', changed({ previousHash: 'f'.repeat(64) }), 3],
  ['an entry that is missing', (entries) => entries.filter(({ number }) => number !== 3), 3],
  ['the first entry missing', (entries) => entries.slice(1), 1],
  ['two entries in each other’s place', ([a, b, c, d, e]) => [a, b, d, c, e] as AuditEntry[], 3],
  ['an entry that is there twice', (entries) => [...entries.slice(0, 3), ...entries.slice(2)], 4],
  [
    'an entry that was put in, its own hash right',
    (entries) => {
      const added = chainedEntry({ ...(entries[2] as AuditEntry), action: 'other' }, entries[1] as AuditEntry)
      return [...entries.slice(0, 2), added, ...entries.slice(3)]
    },
    4,
  ],
]

test.each(TAMPERED)('%s is found where it is', (_, tamper, brokenAt) => {
  expect(verifyAudit(tamper(chain(5)), FIRST_ANCHOR)).toMatchObject({ ok: false, brokenAt })
})

test('a chain that nobody touched holds, in parts, too', () => {
  const entries = chain(5)
  expect(verifyAudit(entries, FIRST_ANCHOR)).toEqual({ ok: true, entries: 5, brokenAt: undefined, hash: entries[4]?.hash })
  expect(verifyAudit(entries.slice(2), entries[1] as AuditEntry)).toMatchObject({ ok: true, entries: 3 })
  expect(verifyAudit([], FIRST_ANCHOR)).toEqual({ ok: true, entries: 0, brokenAt: undefined, hash: FIRST_ANCHOR.hash })
})

test('the order in which keys were written does not matter', () => {
  const before = { ...chain(1)[0], detail: { a: 1, b: { c: 2, d: 3 } } } as AuditEntry
  const after = { ...before, detail: { b: { d: 3, c: 2 }, a: 1 } }
  expect(chainedEntry(before, FIRST_ANCHOR).hash).toBe(chainedEntry(after, FIRST_ANCHOR).hash)
})

test('any detail is as it was after JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (detail) => {
      const entry = chainedEntry({ ...(chain(1)[0] as AuditEntry), detail }, FIRST_ANCHOR)
      expect(verifyAudit([JSON.parse(JSON.stringify(entry)) as AuditEntry], FIRST_ANCHOR).ok).toBe(true)
    }),
  )
})
