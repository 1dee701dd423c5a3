import { describe, expect, test } from 'vitest'
import type { NewAuditEntry } from '../access-store.ts'
import { verifyAudit } from '../audit-chain.ts'
import type { Store } from '../store.ts'
import { allPages } from './all-pages.ts'
import { type Engine, withStore } from './engine.ts'
import { at } from './samples.ts'

export function auditConformance(engine: Engine): void {
  describe('audit log', () => {
    test.each(CHECKS)('%s', (_, check) => withStore(engine, check))

    test('the chain goes on after closing and opening', async () => {
      let store = await engine.open()
      try {
        const first = store.state.access.audit.append(entry(1))
        store = await engine.reopen(store)
        expect(store.state.access.audit.append(entry(2)).previousHash).toBe(first.hash)
        expect(verdict(store)).toMatchObject({ ok: true, entries: 2 })
      } finally {
        await engine.remove(store)
      }
    })
  })
}

function entry(seconds: number, facts: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    timeNs: at(seconds),
    userId: 'u1',
    userName: 'ann',
    address: '::1',
    action: 'rule.exception.add',
    target: 'Shell',
    detail: { owner: 'ann', values: [['a', { b: 1, a: 2 }]] },
    ...facts,
  }
}

function verdict({ state: { access } }: Store) {
  return verifyAudit(access.audit.all(), access.audit.anchor())
}

const CHECKS: readonly [sentence: string, check: (store: Store) => unknown][] = [
  [
    'entries are numbered from 1, and the chain of all of them holds',
    (store) => {
      const numbers = [1, 2, 3].map((seconds) => store.state.access.audit.append(entry(seconds)).number)
      expect([numbers, verdict(store).ok, verdict(store).entries]).toEqual([[1, 2, 3], true, 3])
    },
  ],
  [
    'entries are given back as they were appended, hostile bytes and what JSON leaves out included',
    (store) => {
      const { audit } = store.state.access
      const hostile = {
        target: "'; --\u0000\udcff",
        userId: undefined,
        detail: { __proto__: 'x', 1: 'one', a: undefined, nan: Number.NaN },
      }
      const appended = audit.append(entry(1, hostile))
      expect([...audit.all()]).toEqual([appended])
      expect(appended).toMatchObject({ target: hostile.target, userId: undefined, timeNs: at(1) })
      expect(verdict(store).ok).toBe(true)
    },
  ],
  [
    'the newest first, of a user, of an action, page by page',
    async ({ state: { access } }) => {
      for (const [userId, action] of [
        ['u1', 'a'],
        ['u2', 'a'],
        [undefined, 'b'],
        ['u1', 'b'],
      ] as const)
        access.audit.append(entry(1, { userId, action }))
      const numbers = async (query: Parameters<typeof access.audit.list>[0]) =>
        (await allPages(1, (page) => access.audit.list(query, page))).map(({ number }) => number).join(' ')
      expect([await numbers({}), await numbers({ userId: 'u1' }), await numbers({ action: 'b', userId: 'u1' })]).toEqual([
        '4 3 2 1',
        '4 1',
        '4',
      ])
    },
  ],
  [
    'many entries are given from the first on, also while others are appended',
    ({ state: { access } }) => {
      for (let number = 0; number < 1200; number++) access.audit.append(entry(number))
      const seen: number[] = []
      for (const { number } of access.audit.all()) {
        seen.push(number)
        if (number === 1) access.audit.append(entry(2000))
      }
      expect([seen.length, seen[0], seen.at(-1)]).toEqual([1201, 1, 1201])
    },
  ],
  [
    'when old entries are thrown away, the chain of the others still holds, and begins at the anchor',
    async (store) => {
      const { audit } = store.state.access
      for (const seconds of [0, 1, 2, 86_400, 86_401]) audit.append(entry(seconds))
      store.setRetention('audit', { maxAgeDays: 1, maxBytes: undefined })
      expect(await store.expire(at(86_403))).toMatchObject({ audit: 3 })
      expect([...audit.all()].map(({ number }) => number)).toEqual([4, 5])
      expect([audit.anchor().number, verdict(store).ok]).toEqual([3, true])
      expect(audit.append(entry(86_403)).number).toBe(6)
      expect(verdict(store)).toMatchObject({ ok: true, entries: 3 })
    },
  ],
  [
    'when all of them are thrown away, the chain goes on where it was',
    async (store) => {
      const { audit } = store.state.access
      const last = [1, 2].map((seconds) => audit.append(entry(seconds))).at(-1)
      store.setRetention('audit', { maxAgeDays: 1, maxBytes: undefined })
      await store.expire(at(10 * 86_400))
      expect(audit.anchor()).toEqual({ number: 2, hash: last?.hash })
      expect(audit.append(entry(9))).toMatchObject({ number: 3, previousHash: last?.hash })
      expect(verdict(store)).toMatchObject({ ok: true, entries: 1 })
    },
  ],
]
