import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import type { SensorReport } from '../../findings/sensor-record.ts'
import { followLive, type LiveBatch } from './live.ts'
import { applyLiveBatch } from './live-caches.ts'

/** The browser's, which Node lacks: what the server sends is said to it by the test. */
class Source extends EventTarget {
  static readonly CLOSED = 2
  static last: Source
  static opened = 0
  readyState = 1
  onopen: (() => void) | undefined
  onerror: (() => void) | undefined
  constructor() {
    super()
    Source.last = this
    Source.opened++
  }
  close(): void {
    this.readyState = Source.CLOSED
  }
  says(kind: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }))
  }
}

let batches: LiveBatch[]
let stop: () => void
let client: QueryClient

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Source)
  Source.opened = 0
  batches = []
  client = new QueryClient()
  stop = followLive(client, (_, batch) => {
    batches.push(batch)
  })
})

afterEach(() => {
  stop()
  client.clear()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const finding = (number: number) => ({ ...SAMPLE_FINDING, id: `f${number}`, incidentId: `i${number % 3}` })

test('a flood is told in few batches of bounded size, with how many there were', () => {
  for (let number = 0; number < 10_000; number++) Source.last.says('finding', finding(number))
  vi.advanceTimersByTime(1000)
  expect(batches).toHaveLength(1)
  expect(batches[0]).toMatchObject({ received: 10_000, touched: new Set(['i0', 'i1', 'i2']) })
  expect([batches[0]?.findings.length, batches[0]?.findings[0]?.id]).toEqual([200, 'f9999'])
})

test('of incidents and sensors the last word counts', () => {
  for (const risk of [1, 2, 3]) Source.last.says('incident', { id: 'i', risk })
  for (const rules of [1, 2]) Source.last.says('sensor', { hostname: 'a', rules })
  vi.advanceTimersByTime(1000)
  expect(batches[0]).toMatchObject({ incidents: [{ id: 'i', risk: 3 }], sensors: [{ hostname: 'a', rules: 2 }], rules: false })
})

test('a stream that the server refuses is opened again, later each time', () => {
  for (const _ of [1, 2, 3]) {
    Source.last.close()
    Source.last.onerror?.()
    vi.advanceTimersByTime(60_000)
  }
  expect(Source.opened).toBe(4)
})

test('after it was away, everything shown is asked for anew', () => {
  client.setQueryData(['findings', 'list'], [])
  Source.last.onerror?.()
  Source.last.onopen?.()
  expect(client.getQueryState(['findings', 'list'])?.isInvalidated).toBe(true)
})

test('what it ends with is told to nobody', () => {
  Source.last.says('finding', finding(1))
  stop()
  vi.advanceTimersByTime(1000)
  expect([batches, Source.last.readyState]).toEqual([[], Source.CLOSED])
})

test('a report replaces that of its host, and the list keeps its order', () => {
  const report = (hostname: string, rules: number) => ({ hostname, rules }) as SensorReport
  client.setQueryData(['sensors', 'list'], [report('a', 1), report('b', 1)])
  applyLiveBatch(client, {
    findings: [],
    received: 0,
    touched: new Set(),
    incidents: [],
    actions: [],
    sensors: [report('a', 2), report('c', 1)],
    rules: false,
  })
  expect(client.getQueryData(['sensors', 'list'])).toEqual([report('a', 2), report('b', 1), report('c', 1)])
})
