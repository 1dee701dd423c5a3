import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ALWAYS, at, eventOf, START_NS } from '../conformance/samples.ts'
import { openStore } from '../embedded.ts'
import type { Store } from '../store.ts'

const EVENTS = 40_000
const everything = { range: ALWAYS, filter: { op: 'true' } } as const
let folder = ''
let store: Store

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-expire-'))
  store = await openStore({ folder, nowNs: () => START_NS })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

/** Some 300 bytes each that no compression makes small. */
async function fill(seq: number, fromSeconds: number): Promise<void> {
  const event = (index: number) =>
    eventOf({ id: `${seq}-${index}`, seconds: fromSeconds + index, fields: { noise: randomBytes(200).toString('base64') } })
  await store.history.append({ spool: 's', seq, events: Array.from({ length: EVENTS }, (_, index) => event(index)) })
}

async function oldestFirst(): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const events of store.history.scan(everything, new AbortController().signal)) ids.push(...events.map(({ id }) => id))
  return ids
}

test('of too much history the oldest goes, and its room is taken again', async () => {
  await fill(1, 0)
  await fill(2, EVENTS)
  const { bytes } = await store.history.extent()
  const maxBytes = Math.floor(bytes / 2)
  store.setRetention('history', { maxAgeDays: undefined, maxBytes })
  const { history: gone } = await store.expire(at(0))
  expect(gone).toBeGreaterThan(EVENTS)
  const left = await oldestFirst()
  expect(left.length).toBe(2 * EVENTS - gone)
  expect(left.at(-1)).toBe(`2-${EVENTS - 1}`)
  expect((await store.history.extent()).bytes).toBeLessThan(bytes)
  for (let seq = 3; seq < 7; seq++) {
    await fill(seq, seq * EVENTS)
    await store.expire(at(0))
  }
  expect((await store.history.extent()).bytes).toBeLessThan(2 * maxBytes)
  expect((await store.status()).bytes).toBeLessThan(4 * bytes)
})

test('what is too old goes while others read and write', async () => {
  await fill(1, 0)
  store.setRetention('history', { maxAgeDays: 0.25, maxBytes: undefined })
  const now = at(EVENTS + 0.25 * 86_400 - 1000)
  const [, read, { history: gone }] = await Promise.all([fill(2, 2 * EVENTS), oldestFirst(), store.expire(now)])
  expect(gone).toBe(EVENTS - 1000)
  expect(read.length).toBeGreaterThanOrEqual(1000)
  expect(await store.history.count(everything)).toBe(EVENTS + 1000)
})
