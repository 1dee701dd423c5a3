/** A rule about several events over a few of them, by itself: the tests that such rules carry. */
import type { FlatEvent } from '../events/event.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { createCorrelator } from './correlator.ts'

/**
 * The numbers of the events of which findings are made, in the order of the findings: of the last event that came to each, or of an absence
 * the event that nothing followed. After the last event, time goes on for ever.
 */
export function findTogether(rule: CompiledRule, events: readonly FlatEvent[]): readonly number[] {
  const found: number[] = []
  const correlator = createCorrelator({ make: (_, event) => event.number, emit: ({ made }) => found.push(made) })
  for (const event of events) {
    correlator.advance(event.timeNs)
    if (event.source === rule.rule.source && rule.matches(event)) correlator.push(rule, event)
  }
  correlator.advance(Number.POSITIVE_INFINITY)
  return found
}
