/** Under more load than can be taken, every event is received or counted as lost. */
import { describe, expect, test } from 'vitest'
import { lostOf, type Offer, type Offered, offerEvents, silentOf } from '../../bench/offer-events.ts'
import { cannotObserve } from './observe.ts'

const reason = cannotObserve()
const SMALLEST_RING = 4096

/** What was sent before the load had ended was read, and nothing that was never sent. */
function expectAllRead({ received, receivedOfOthers, sent }: Offered): void {
  expect(received + receivedOfOthers).toBeGreaterThanOrEqual(sent.least)
  expect(received + receivedOfOthers).toBeLessThanOrEqual(sent.most)
}

describe.skipIf(reason !== undefined)(`every event is received or counted${reason === undefined ? '' : ` (${reason})`}`, () => {
  test.each<[string, Offer]>([
    ['a rate that the ring holds', { kind: 'file.open', perSecond: 20_000, seconds: 1, processes: 1 }],
    ['a million opens a second', { kind: 'file.open', perSecond: 1_000_000, seconds: 2 }],
    ['a million signals a second', { kind: 'signal.kill', perSecond: 1_000_000, seconds: 2 }],
  ])('%s', async (_, offer) => {
    const result = await offerEvents(offer)
    expect(result).toMatchObject({ folded: 0, leftOut: 0, unreadable: 0 })
    expect(silentOf(result)).toBeLessThanOrEqual(0)
    expectAllRead(result)
    expect(result.received).toBeLessThanOrEqual(result.offered)
    if (lostOf(result) === 0) expect(result.received).toBe(result.offered)
  })

  test('a ring that is far too small', async () => {
    const result = await offerEvents({ kind: 'file.open', perSecond: 1_000_000, seconds: 2, ringBytes: SMALLEST_RING })
    expect(lostOf(result)).toBeGreaterThan(0)
    expect(silentOf(result)).toBeLessThanOrEqual(0)
    expectAllRead(result)
    expect(result.received).toBeLessThan(result.offered)
  })
})
