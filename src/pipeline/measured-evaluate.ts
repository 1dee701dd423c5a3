/** Judges events, and times the rules on those whose turn it is, in programs of their own: the usual ones stay as fast as they are. */
import type { Engine } from '../detect/engine.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import type { Costs } from './costs.ts'

/** What reading the clock twice takes, by itself: it would be most of what a cheap rule seems to cost. */
function clockSeconds(): number {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < CLOCK_TURNS; turn++) {
    const begun = performance.now()
    for (let read = 0; read < CLOCK_READS; read++) performance.now()
    least = Math.min(least, (performance.now() - begun) / CLOCK_READS)
  }
  return least / 1e3
}

const CLOCK_TURNS = 5
const CLOCK_READS = 1000

export function measuredEvaluate(engine: Engine, costs: Pick<Costs, 'weighRules' | 'tried'>): Engine['evaluate'] {
  const overhead = clockSeconds()
  let weight = 0
  const twin = engine.wrapped(({ rule }: CompiledRule, matches) => (event) => {
    const begun = performance.now()
    const result = matches(event)
    costs.tried(rule.name, Math.max(0, (performance.now() - begun) / 1e3 - overhead), weight)
    return result
  })
  return (event, onMatch) => {
    weight = costs.weighRules()
    return weight === 0 ? engine.evaluate(event, onMatch) : twin(event, onMatch)
  }
}
