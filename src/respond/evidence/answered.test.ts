import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { answered } from './answered.ts'

/** A read that comes back when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<string>()
  let asked = 0
  return {
    read: () => {
      asked++
      return promise
    },
    asked: () => asked,
    let: () => resolve('at last'),
  }
}

test('who holds up a read is asked no more until it answers, and others are', async () => {
  const { read, asked, let: go } = held()
  const first = answered('/proc/7/mem', read)
  await sleep(1100)
  await expect(answered('/proc/7/cmdline', read)).rejects.toMatchObject({ code: 'EBUSY', syscall: 'read' })
  expect(await answered('/proc/8/cmdline', async () => 'x')).toBe('x')
  go()
  expect([await first, asked()]).toEqual(['at last', 1])
  expect(await answered('/proc/7/cmdline', async () => 'y')).toBe('y')
})

test('only some reads are under way, and when none of them comes back nothing is read any more', async () => {
  const { read, asked, let: go } = held()
  const all = Array.from({ length: 20 }, (_, pid) => answered(`/proc/${pid}/mem`, read))
  const ends = Promise.allSettled(all)
  await sleep(500)
  expect(asked()).toBe(4)
  await sleep(700)
  await expect(answered('/proc/99/maps', read)).rejects.toMatchObject({ code: 'EBUSY' })
  go()
  expect((await ends).filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
  expect(await answered('/proc/99/maps', async () => 'z')).toBe('z')
})
