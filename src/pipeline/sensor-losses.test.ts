import { expect, test } from 'vitest'
import type { LiveEvents } from './live-events.ts'
import { correlationLosses, outputLosses, sensorLosses, totalLost } from './sensor-losses.ts'

const NONE = {
  seen: 9,
  sent: 9,
  lostFull: 0,
  lostReserved: 0,
  lostNested: 0,
  folded: 0,
  failed: 0,
  filteredClass: 0,
  filteredProcess: 0,
  filteredObject: 0,
  sampled: 0,
  killed: 0,
}

interface Counted {
  readonly kinds?: Readonly<Record<string, readonly (typeof NONE)[]>>
  readonly gaps?: number
  readonly full?: number
  readonly reserved?: number
  readonly corrupt?: number
  readonly unread?: number
  readonly broken?: number
  readonly faults?: number
  readonly skipped?: Readonly<Record<string, number>>
}

/** A sensor that has counted this. */
function sensor(counted: Counted, live = {} as LiveEvents): LiveEvents {
  const { kinds = {}, gaps = 0, full = 0, reserved = 0, corrupt = 0, unread = 0, broken = 0, faults = 0, skipped = {} } = counted
  return Object.assign(live, {
    counters: () => ({ kindsByCpu: new Map(Object.entries(kinds)), gaps, corrupt, unread, lost: { full, reserved, nested: 0 } }),
    read: () => ({ records: 1, unknown: 0, broken, lostBytes: 0 }),
    knobs: { skippedRuns: () => new Map(Object.entries(skipped)) },
    faults: { count: () => faults, last: () => 'x is undefined (at y)' },
  })
}

const told = (live: LiveEvents) => sensorLosses(live).flatMap(({ what, why, cpu, total }) => (total > 0 ? [{ what, why, cpu, total }] : []))

test('nothing lost, nothing told', () => {
  expect(told(sensor({ kinds: { 'file.open': [NONE, NONE] } }))).toEqual([])
})

test('a loss is told by kind, CPU and cause', () => {
  const live = sensor({
    kinds: { 'file.open': [NONE, { ...NONE, lostFull: 3, lostReserved: 4 }], 'net.connect': [{ ...NONE, lostNested: 1 }] },
  })
  expect(told(live).map(({ what, cpu, total, why }) => [what, cpu, total, why.split(' ')[1]])).toEqual([
    ['file.open events', 1, 3, 'buffer'],
    ['file.open events', 1, 4, 'buffer'],
    ['net.connect events', 0, 1, 'interrupted'],
  ])
  expect(totalLost(live)).toBe(8)
})

test('runs of programs that the kernel skipped are told by program', () => {
  const live = sensor({ kinds: { 'net.connect': [{ ...NONE, lostFull: 1 }] }, skipped: { net_connect__sock: 2 } })
  expect(told(live).map(({ what, total }) => [what, total])).toEqual([
    ['net.connect events', 1],
    ['events of net_connect__sock', 2],
  ])
  expect(totalLost(live)).toBe(3)
})

test('damaged records and bugs are losses, too', () => {
  expect(told(sensor({ corrupt: 1, unread: 4, broken: 2, faults: 3 })).map(({ what, total }) => [what, total])).toEqual([
    ['records', 3],
    ['bytes of records', 4],
    ['events', 3],
  ])
})

test('a gap that the kernel side explains is told once, one that it does not is told as such', () => {
  const live = sensor({ gaps: 5, full: 2, reserved: 3 })
  for (const _ of [1, 2]) expect(told(live)).toEqual([])
  sensor({ gaps: 7, full: 2, reserved: 3 }, live)
  expect(told(live)).toEqual([])
  expect(told(live)).toMatchObject([{ total: 2, why: expect.stringContaining('a gap in their numbers') }])
})

test('what outputs lost is told by output', () => {
  expect(outputLosses([{ output: 'file:/x', written: 1, dropped: 2 }])).toMatchObject([{ what: 'findings for file:/x', total: 2 }])
})

test('keys that rules had to forget are told for each rule', () => {
  const [loss, ...more] = correlationLosses({ keys: 5, evicted: new Map([['Scan', 3]]) })
  expect(loss).toMatchObject({ rule: { priority: 'error' }, what: 'keys of the rule Scan', total: 3 })
  expect(more).toEqual([])
})
