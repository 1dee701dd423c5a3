import { describe, expect, test } from 'vitest'
import type { AccessStore, Session, User } from '../../store/access-store.ts'
import { createSessions } from './sessions.ts'

const HOUR = 3600
const TIMES = { idleMs: 12 * HOUR * 1000, longestMs: 7 * 24 * HOUR * 1000 }
const START_NS = 1_790_000_000_000_000_000
const USER = { id: 'u1' } as User
const CLIENT = { address: '127.0.0.1', userAgent: '' }

/** Sessions over a plain map, at a time that the test sets in seconds after the start. */
function sessionsAt() {
  const rows = new Map<string, Session>()
  const remove = (isGone: (one: Session) => boolean): void => {
    for (const one of [...rows.values()].filter(isGone)) rows.delete(one.tokenHash)
  }
  const store: AccessStore['sessions'] = {
    get: (hash) => rows.get(hash),
    put: (session) => void rows.set(session.tokenHash, session),
    remove: (hash) => void rows.delete(hash),
    removeOf: (id) => remove((one) => one.userId === id),
    removeExpired: (now) => remove((one) => one.expiresNs <= now),
    of: (id) => [...rows.values()].filter((one) => one.userId === id).sort((a, b) => b.createdNs - a.createdNs),
  }
  const time = { seconds: 0 }
  return { time, rows, sessions: createSessions({ store, times: TIMES, nowNs: () => START_NS + time.seconds * 1e9 }) }
}

describe('a session', () => {
  test.each<readonly [string, readonly number[], boolean]>([
    ['holds while it is used', [HOUR * 11, HOUR * 22, HOUR * 33], true],
    ['ends when it was not used for long', [HOUR * 11, HOUR * 24], false],
    [
      'ends after its longest time, however much it was used',
      Array.from({ length: 17 }, (_, index) => index * HOUR * 10 + HOUR * 8.5),
      false,
    ],
    ['bears a clock that goes a little wrong', [-200, 0, -100], true],
    ['does not hold while the clock stands long before it, ', [-HOUR], false],
    ['holds again when a clock that was set back is right again', [-HOUR * 24 * 365, 60], true],
    ['that was seen while the clock was ahead holds when it is right again', [HOUR * 11, 60, 120], true],
  ])('%s', (_, uses, holds) => {
    const { time, sessions } = sessionsAt()
    const { secret } = sessions.begin(USER, CLIENT)
    const found = uses.map((seconds) => {
      time.seconds = seconds
      return sessions.find(secret) !== undefined
    })
    expect(found.at(-1)).toBe(holds)
  })

  test('begun while the clock ran ten years ahead does not hold for ten years', () => {
    const { time, sessions } = sessionsAt()
    time.seconds = 10 * 365 * 24 * HOUR
    const { secret } = sessions.begin(USER, CLIENT)
    expect(sessions.find(secret)).toBeDefined()
    time.seconds = 0
    expect(sessions.find(secret)).toBeUndefined()
  })

  test('is kept as a hash of what the cookie holds', () => {
    const { rows, sessions } = sessionsAt()
    const { secret } = sessions.begin(USER, CLIENT)
    expect(JSON.stringify([...rows.values()])).not.toContain(secret)
  })

  test('of one user gives way when there are too many', () => {
    const { time, rows, sessions } = sessionsAt()
    const first = sessions.begin(USER, CLIENT)
    for (let index = 1; index < 60; index++) {
      time.seconds = index
      sessions.begin(USER, CLIENT)
    }
    expect(rows.size).toBe(50)
    expect(sessions.find(first.secret)).toBeUndefined()
  })

  test('that ends is told to those who listen, and only as long as they do', () => {
    const { sessions } = sessionsAt()
    const told: string[] = []
    const stop = sessions.onEnd((hash) => told.push(hash))
    const [a, b] = [sessions.begin(USER, CLIENT), sessions.begin(USER, CLIENT)]
    sessions.endAllOf(USER.id, b.session.tokenHash)
    expect(told).toEqual([a.session.tokenHash])
    stop()
    sessions.end(b.session.tokenHash)
    expect(told).toHaveLength(1)
  })
})
