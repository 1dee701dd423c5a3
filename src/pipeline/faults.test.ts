import { expect, test } from 'vitest'
import { guard } from './faults.ts'

test('what throws is counted with its place, and the next value follows', () => {
  const seen: number[] = []
  const { guarded, faults } = guard((value: number) => {
    if (value === 2) throw new TypeError('no such thing')
    seen.push(value)
  })
  for (const value of [1, 2, 3]) guarded(value)
  expect(seen).toEqual([1, 3])
  expect(faults.count()).toBe(1)
  expect(faults.last()).toMatch(/^no such thing \(.*faults\.test\.ts/)
})

test('without a fault there is nothing to say', () => {
  expect(guard(() => {}).faults.last()).toBe('')
})
