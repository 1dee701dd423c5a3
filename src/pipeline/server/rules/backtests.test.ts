import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Backtest } from '../../../api/services.ts'
import { VOCABULARY } from '../../../events/fields.ts'
import { loadRules } from '../../../lang/load-rules.ts'
import type { HistoryStore, WholeEvent } from '../../../store/history-store.ts'
import { createBacktests } from './backtests.ts'

const S = 1e9
const RANGE = { fromNs: 0, toNs: 4000 * S }
const RULE = '- rule: Opened\n  desc: d\n  condition: evt.type = openat\n  output: o\n  priority: NOTICE\n'
const { rules } = loadRules([{ path: 'r.yaml', text: RULE }], { vocabulary: VOCABULARY, strict: true, selectors: [] })

const eventAt = (second: number): WholeEvent => ({
  ...{ id: `e-${second}`, hostname: 'web', timeNs: second * S, kind: 'file.open', type: 'openat', processKey: '1@1', processId: '1@1#0' },
  fields: { 'evt.type': 'openat', 'proc.pid': second },
})

/** Says everything at once, as a window of the store does. */
function history(events: number): Pick<HistoryStore, 'extent' | 'scan'> {
  return {
    extent: async () => ({ events, bytes: 0, fromNs: 0, toNs: events * S }),
    scan: async function* () {
      yield Array.from({ length: events }, (_, second) => eventAt(second))
    },
  }
}

/** A rule so dear that each event takes `stepMs`: every look at the clock is that much later. */
function clock(stepMs: number): () => number {
  let now = 0
  return () => {
    now += stepMs
    return now
  }
}

/** Turns of the event loop until it is over. */
async function turnsOf(trial: () => Backtest | undefined): Promise<number> {
  let turns = 0
  for (; trial()?.state === 'running' && turns < 10_000; turns++) await nextTurn()
  return turns
}

test('others have their turn while a dear rule is tried', async () => {
  const trials = createBacktests({ history: history(3000), nowMs: clock(1) })
  const { id } = trials.begin(rules, RANGE)
  expect(await turnsOf(() => trials.get(id))).toBeGreaterThan(3000 / 11 - 1)
  expect(trials.get(id)).toMatchObject({ state: 'done', scanned: 3000, findings: 3000 })
})

test('a trial ends between two events when it is cancelled', async () => {
  const trials = createBacktests({ history: history(3000), nowMs: clock(1) })
  const { id } = trials.begin(rules, RANGE)
  for (let turns = 0; turns < 10; turns++) await nextTurn()
  trials.cancel(id)
  await turnsOf(() => trials.get(id))
  expect(trials.get(id)?.state).toBe('cancelled')
  expect(trials.get(id)?.scanned).toBeLessThan(3000)
})

test('one that takes too long says how far it came, and what it found until then', async () => {
  const trials = createBacktests({ history: history(3000), nowMs: clock(1000) })
  const { id } = trials.begin(rules, RANGE)
  await turnsOf(() => trials.get(id))
  const { state, error, findings } = trials.get(id) as Backtest
  expect(state).toBe('failed')
  expect(error).toMatch(/^the trial took longer than 10 minutes, and came as far as 1970-01-01T00:0\d:\d\d/)
  expect(findings).toBeGreaterThan(100)
  await trials.close()
})
