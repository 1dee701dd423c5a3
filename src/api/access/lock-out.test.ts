import { expect, test } from 'vitest'
import { createLockOut } from './lock-out.ts'

function lockOut(capacity = 100) {
  const time = { ms: 0 }
  return { time, lock: createLockOut({ freeTries: 3, firstWaitMs: 1000, longestWaitMs: 10_000, capacity, uptimeMs: () => time.ms }) }
}

test('the first failures cost nothing, the others twice as long each time, up to a longest wait', () => {
  const { time, lock } = lockOut()
  const waits = Array.from({ length: 9 }, () => {
    time.ms += lock.waitMs('a')
    lock.count('a')
    return lock.waitMs('a')
  })
  expect(waits).toEqual([0, 0, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000])
})

test('a try that went well is taken back, a name that came in is forgotten, and others are not touched', () => {
  const { lock } = lockOut()
  for (let index = 0; index < 4; index++) lock.count('a')
  expect(lock.waitMs('a')).toBe(2000)
  expect(lock.waitMs('b')).toBe(0)
  lock.undo('a')
  expect(lock.waitMs('a')).toBe(1000)
  lock.forget('a')
  expect(lock.waitMs('a')).toBe(0)
})

test('all is forgotten after a long time without a try', () => {
  const { time, lock } = lockOut()
  for (let index = 0; index < 10; index++) lock.count('a')
  time.ms = 40_001
  lock.count('a')
  expect(lock.waitMs('a')).toBe(0)
})

test('a flood of names fills no memory', () => {
  const { lock } = lockOut(10)
  for (let index = 0; index < 1000; index++) for (let tries = 0; tries < 4; tries++) lock.count(`name ${index}`)
  expect(lock.waitMs('name 0')).toBe(0)
  expect(lock.waitMs('name 999')).toBe(2000)
})
