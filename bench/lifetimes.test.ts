import { expect, test } from 'vitest'
import { createEnricher } from '../src/enrich/enrich.ts'
import { sampleHost } from '../src/enrich/sample-host.ts'
import { eachRecord } from '../src/sources/each-record.ts'
import { ALIVE, EVENTS_PER_LIFE, fill, newBatch, PER_BATCH, startOf } from './lifetime-stream.ts'

const LIFETIMES = 200_000
/** Those that ended lately are kept for a while: what they did may arrive late. */
const KEPT = 2 * PER_BATCH

test('of 200,000 processes, one after another, as many are known as live', () => {
  const enricher = createEnricher({ host: sampleHost(), bootTimeNs: 1.7e18, bootId: 'test' })
  const batch = newBatch()
  let most = 0
  for (let life = 0; life < LIFETIMES; life += PER_BATCH) {
    fill(batch, life)
    eachRecord(batch, (record) => void enricher.enrich(record))
    if (life % (PER_BATCH * 10) === 0) enricher.sweep(startOf(life))
    most = Math.max(most, enricher.counters().processes)
  }
  expect(enricher.counters()).toMatchObject({ events: LIFETIMES * EVENTS_PER_LIFE })
  expect(enricher.counters().processes).toBeGreaterThanOrEqual(ALIVE)
  expect(most).toBeLessThanOrEqual(ALIVE + KEPT)
})
