/** `--explain RULE`: says for each event that the rule nearly matched which predicate was false. */
import { explainNearMiss, explanationLines } from '../detect/explain.ts'
import type { Event } from '../events/event.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import { escapeText } from '../lib/escape.ts'
import { clockTime } from '../lib/time-format.ts'

/** Explanations shown per second of event time; a flood of near misses would bury the one that matters. */
const MAX_PER_SECOND = 20

export interface NearMisses {
  /** From now on this rule. */
  readonly use: (rule: CompiledRule) => void
  readonly look: (event: Event) => void
  /** Near misses that were not shown. */
  readonly hidden: () => number
}

export function createNearMisses(first: CompiledRule, stderr: (lines: string) => void): NearMisses {
  let rule = first
  let second = 0
  let shown = 0
  let hidden = 0

  function look(event: Event): void {
    const explanation = explainNearMiss(rule, event)
    if (explanation === undefined) return
    if (Math.trunc(event.timeNs / 1e9) !== second) {
      second = Math.trunc(event.timeNs / 1e9)
      shown = 0
    }
    if (shown >= MAX_PER_SECOND) {
      hidden++
      return
    }
    shown++
    const head = `${clockTime(event.timeNs)} near miss of ${rule.rule.name}: ${event.type} by ${whoOf(event)}`
    stderr([head, ...explanationLines(explanation).map((line) => `    ${line}`), ''].map(escapeText).join('\n'))
  }

  function use(next: CompiledRule): void {
    rule = next
  }

  return Object.freeze({ use, look, hidden: () => hidden })
}

function whoOf(event: Event): string {
  const process = event.kind === 'flat' ? undefined : event.process
  return process === undefined ? 'an unknown process' : `${process.comm}[${process.pid}]`
}
