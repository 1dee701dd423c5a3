import { expect, test } from 'vitest'
import { createLru } from './lru.ts'

test('forgets what was used longest ago, counts it and says so', () => {
  const gone: string[] = []
  const lru = createLru<string, number>(2, (key) => gone.push(key))
  lru.set('a', 1)
  lru.set('b', 2)
  lru.get('a')
  lru.set('c', 3)
  expect(gone).toEqual(['b'])
  expect(lru.evicted()).toBe(1)
  expect(lru.get('b')).toBeUndefined()
  expect([...lru.entries()]).toEqual([
    ['a', 1],
    ['c', 3],
  ])
})

test('setting a key again evicts nothing', () => {
  const lru = createLru<string, number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  lru.set('a', 3)
  expect([lru.size(), lru.evicted(), lru.get('a')]).toEqual([2, 0, 3])
})

test('a stored undefined is a value', () => {
  const lru = createLru<string, undefined>(2)
  lru.set('a', undefined)
  lru.get('a')
  expect(lru.size()).toBe(1)
  expect(lru.delete('a')).toBe(true)
})
