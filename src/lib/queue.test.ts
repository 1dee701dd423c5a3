import { expect, test } from 'vitest'
import { createQueue } from './queue.ts'

const sizeOf = (text: string) => text.length

test('gives back in the order it took, however many', () => {
  const queue = createQueue({ maxItems: 1000, maxBytes: 100_000, sizeOf })
  for (let n = 0; n < 500; n++) queue.push(String(n))
  const out: string[] = []
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) out.push(item)
  expect(out).toEqual(Array.from({ length: 500 }, (_, n) => String(n)))
  expect([queue.length(), queue.bytes(), queue.dropped()]).toEqual([0, 0, 0])
})

test.each([
  ['items', { maxItems: 2, maxBytes: 100 }, ['a', 'b', 'c'], 2],
  ['bytes', { maxItems: 9, maxBytes: 4 }, ['aa', 'bb', 'c'], 2],
])('refuses and counts what exceeds its bound of %s', (_, bounds, items, kept) => {
  const queue = createQueue({ ...bounds, sizeOf })
  for (const item of items) queue.push(item)
  expect([queue.length(), queue.dropped()]).toEqual([kept, items.length - kept])
})

test('dropping all of it counts all of it', () => {
  const queue = createQueue({ maxItems: 9, maxBytes: 99, sizeOf })
  queue.push('a')
  queue.push('b')
  queue.shift()
  queue.drop()
  expect([queue.length(), queue.bytes(), queue.dropped(), queue.peek()]).toEqual([0, 0, 1, undefined])
})
