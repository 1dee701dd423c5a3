import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ResponseOrder } from '../../respond/order.ts'
import { createOrderDesk } from './orders.ts'

const order = (id: string): ResponseOrder => ({ kind: 'undo', id, actionId: 'a', userId: 'u' })
const never = new AbortController().signal

test('an order is given once, to the agent of its host, also when that asked before', async () => {
  const desk = createOrderDesk(() => 0)
  desk.give('a', order('1'))
  expect(await desk.take('b', 5, never)).toEqual([])
  expect(await desk.take('a', 5, never)).toEqual([order('1')])
  const waiting = desk.take('a', 10_000, never)
  await sleep(5)
  desk.give('a', order('2'))
  expect(await waiting).toEqual([order('2')])
  expect(await desk.take('a', 5, never)).toEqual([])
})

test('what is too much is not taken, and what waited before stays', async () => {
  const desk = createOrderDesk(() => 0)
  expect(Array.from({ length: 1002 }, (_, index) => desk.give('a', order(`${index}`))).filter(Boolean)).toHaveLength(1000)
  const taken = await desk.take('a', 5, never)
  expect([taken.length, taken[0]?.id]).toEqual([1000, '0'])
  expect(desk.give('b', { ...order('1'), userId: 'u'.repeat(300_000) })).toBe(false)
  expect(await desk.take('b', 5, never)).toEqual([])
})

test('what nobody fetched for a minute is not done any more', async () => {
  const clock = { now: 0 }
  const desk = createOrderDesk(() => clock.now)
  desk.give('a', order('1'))
  clock.now = 40_000
  desk.give('a', order('2'))
  clock.now = 61_000
  expect(await desk.take('a', 5, never)).toEqual([order('2')])
})

test('an agent that hung up takes nothing with it', async () => {
  const desk = createOrderDesk(() => 0)
  const gone = new AbortController()
  const waiting = desk.take('a', 10_000, gone.signal)
  gone.abort()
  expect(await waiting).toEqual([])
  desk.give('a', order('1'))
  expect(await desk.take('a', 5, never)).toEqual([order('1')])
})

test('an agent is there while it asks, and for a while after', async () => {
  const clock = { now: 0 }
  const desk = createOrderDesk(() => clock.now)
  expect(desk.isThere('a')).toBe(false)
  const waiting = desk.take('a', 20, never)
  clock.now = 60_000
  expect(desk.isThere('a')).toBe(true)
  await waiting
  clock.now += 14_000
  expect(desk.isThere('a')).toBe(true)
  clock.now += 2000
  expect(desk.isThere('a')).toBe(false)
})
