import { describe, expect, test } from 'vitest'
import type { ApiToken, Session, User } from '../access-store.ts'
import type { Store } from '../store.ts'
import { type Engine, withStore } from './engine.ts'
import { at } from './samples.ts'

export function accessConformance(engine: Engine): void {
  describe('users', () => {
    test.each(USERS)('%s', (_, check) => withStore(engine, check))
  })
  describe('sessions', () => {
    test.each(SESSIONS)('%s', (_, check) => withStore(engine, check))
  })
  describe('tokens', () => {
    test.each(TOKENS)('%s', (_, check) => withStore(engine, check))
  })
  describe('one-time secrets', () => {
    test.each(ONE_TIME)('%s', (_, check) => withStore(engine, check))
  })
}

type Checks = readonly [sentence: string, check: (store: Store) => unknown][]

const user = (id: string, facts: Partial<User> = {}): User => ({
  id,
  name: `name-${id}`,
  displayName: 'Ann O’Neil',
  role: 'analyst',
  disabled: false,
  origin: 'local',
  subject: undefined,
  createdNs: at(0),
  lastLoginNs: undefined,
  ...facts,
})

const foreign = { origin: 'https://id.example', subject: 's1' }

const USERS: Checks = [
  [
    'they are given back as they were, by name, by id, by subject',
    ({ state: { access } }) => {
      const [b, a] = [user('b', { ...foreign, lastLoginNs: at(9), disabled: true }), user('a')]
      for (const one of [b, a]) access.users.put(one)
      expect(access.users.list()).toEqual([a, b])
      expect([access.users.get('b'), access.users.byName('name-a'), access.users.bySubject(foreign.origin, 's1')]).toEqual([b, a, b])
      expect([access.users.get('x'), access.users.byName("' OR 1=1"), access.users.bySubject('local', 's1')]).toEqual(
        Array(3).fill(undefined),
      )
    },
  ],
  [
    'to put one again changes it, and not its password',
    ({ state: { access } }) => {
      access.users.put(user('a'))
      access.users.setPasswordHash('a', '$argon2id$x')
      access.users.put(user('a', { role: 'admin', name: 'renamed' }))
      expect([access.users.get('a'), access.users.passwordHash('a')]).toEqual([
        user('a', { role: 'admin', name: 'renamed' }),
        '$argon2id$x',
      ])
      access.users.setPasswordHash('a', undefined)
      expect([access.users.passwordHash('a'), access.users.passwordHash('nobody')]).toEqual([undefined, undefined])
    },
  ],
  [
    'a name belongs to one of them, and so does a subject; many have no subject',
    ({ state: { access } }) => {
      for (const id of ['a', 'b']) access.users.put(user(id))
      access.users.put(user('c', foreign))
      expect(() => access.users.put(user('d', { name: 'name-a' }))).toThrow('name')
      expect(() => access.users.put(user('d', foreign))).toThrow('name')
      expect(access.users.list()).toHaveLength(3)
    },
  ],
  [
    'who is removed is logged out',
    ({ state: { access } }) => {
      access.users.put(user('a'))
      access.sessions.put(session('s', 'a'))
      access.tokens.put(token('t', 'a'))
      expect([access.users.remove('a'), access.users.remove('a')]).toEqual([true, false])
      expect([access.sessions.get('s'), access.tokens.byHash('hash t')]).toEqual([undefined, undefined])
    },
  ],
]

const session = (tokenHash: string, userId: string, facts: Partial<Session> = {}): Session => ({
  tokenHash,
  userId,
  csrfToken: 'c',
  createdNs: at(0),
  expiresNs: at(100),
  lastSeenNs: at(1),
  address: '::1',
  userAgent: 'a browser',
  ...facts,
})

const withUsers = (check: (store: Store) => unknown) => (store: Store) => {
  for (const id of ['a', 'b']) store.state.access.users.put(user(id))
  return check(store)
}

const SESSIONS: Checks = [
  [
    'they are given back as they were, and brought up to date',
    withUsers(({ state: { access } }) => {
      access.sessions.put(session('1', 'a'))
      access.sessions.put(session('1', 'a', { lastSeenNs: at(50), expiresNs: at(200) }))
      expect(access.sessions.get('1')).toEqual(session('1', 'a', { lastSeenNs: at(50), expiresNs: at(200) }))
    }),
  ],
  [
    'those of a user, the latest first',
    withUsers(({ state: { access } }) => {
      for (const [hash, id, seconds] of [
        ['1', 'a', 0],
        ['2', 'a', 5],
        ['3', 'b', 9],
      ] as const)
        access.sessions.put(session(hash, id, { createdNs: at(seconds) }))
      expect(access.sessions.of('a').map(({ tokenHash }) => tokenHash)).toEqual(['2', '1'])
      access.sessions.removeOf('a')
      access.sessions.remove('nobody')
      expect(['1', '2', '3'].map((hash) => access.sessions.get(hash)?.userId)).toEqual([undefined, undefined, 'b'])
    }),
  ],
  [
    'those that have ended are removed',
    withUsers(({ state: { access } }) => {
      for (const seconds of [10, 11]) access.sessions.put(session(String(seconds), 'a', { expiresNs: at(seconds) }))
      access.sessions.removeExpired(at(10))
      expect(access.sessions.of('a').map(({ tokenHash }) => tokenHash)).toEqual(['11'])
    }),
  ],
  ['nobody who is not there has one', ({ state: { access } }) => expect(() => access.sessions.put(session('1', 'nobody'))).toThrow()],
]

const token = (id: string, userId: string, facts: Partial<ApiToken> = {}): ApiToken => ({
  id,
  userId,
  name: 'for CI',
  role: 'viewer',
  tokenHash: `hash ${id}`,
  createdNs: at(0),
  expiresNs: at(100),
  lastUsedNs: undefined,
  ...facts,
})

const TOKENS: Checks = [
  [
    'those of a user, or of all, the latest first',
    withUsers(({ state: { access } }) => {
      for (const one of [token('1', 'a'), token('2', 'b', { createdNs: at(2) }), token('3', 'a', { createdNs: at(3) })])
        access.tokens.put(one)
      expect(access.tokens.list('a').map(({ id }) => id)).toEqual(['3', '1'])
      expect(access.tokens.list(undefined).map(({ id }) => id)).toEqual(['3', '2', '1'])
    }),
  ],
  [
    'they are found by hash, brought up to date, and removed once',
    withUsers(({ state: { access } }) => {
      access.tokens.put(token('1', 'a'))
      access.tokens.put(token('1', 'a', { lastUsedNs: at(7) }))
      expect([access.tokens.byHash('hash 1'), access.tokens.byHash('hash 2')]).toEqual([token('1', 'a', { lastUsedNs: at(7) }), undefined])
      expect([access.tokens.remove('1'), access.tokens.remove('1')]).toEqual([true, false])
    }),
  ],
]

const ONE_TIME: Checks = [
  [
    'one is good once, for its purpose',
    ({ state: { access } }) => {
      access.oneTime.put('h', 'setup', at(10))
      expect([access.oneTime.take('h', 'other', at(1)), access.oneTime.take('g', 'setup', at(1))]).toEqual([false, false])
      expect([access.oneTime.take('h', 'setup', at(1)), access.oneTime.take('h', 'setup', at(1))]).toEqual([true, false])
    },
  ],
  [
    'one that has ended is good no more',
    ({ state: { access } }) => {
      access.oneTime.put('h', 'setup', at(10))
      expect(access.oneTime.take('h', 'setup', at(10))).toBe(false)
    },
  ],
  [
    'all of a purpose go at once',
    ({ state: { access } }) => {
      for (const hash of ['a', 'b']) access.oneTime.put(hash, 'setup', at(10))
      access.oneTime.put('c', 'other', at(10))
      access.oneTime.removeAll('setup')
      expect([access.oneTime.take('a', 'setup', 0), access.oneTime.take('c', 'other', 0)]).toEqual([false, true])
    },
  ],
]
