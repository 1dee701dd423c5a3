import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { refresh } from './refresh.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

test('the first word asks at once, a hundred more ask once, later', () => {
  const client = new QueryClient()
  const asked = vi.spyOn(client, 'invalidateQueries')
  for (let word = 0; word < 100; word++) refresh(client, ['incidents', 'list'])
  expect(asked).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(5000)
  expect(asked).toHaveBeenCalledTimes(2)
})

test('after a pause it asks at once again', () => {
  const client = new QueryClient()
  const asked = vi.spyOn(client, 'invalidateQueries')
  refresh(client, ['a'])
  vi.advanceTimersByTime(5000)
  refresh(client, ['a'])
  expect(asked).toHaveBeenCalledTimes(2)
})

test('other things do not wait for it', () => {
  const client = new QueryClient()
  const asked = vi.spyOn(client, 'invalidateQueries')
  refresh(client, ['a'])
  refresh(client, ['b'])
  expect(asked).toHaveBeenCalledTimes(2)
})
