/** Events in, findings out: the rules, the folding and their counters. The same for a live run and a replay. */

import { type CorrelationStats, createCorrelator, type SavedState } from '../correlate/correlator.ts'
import type { Completion } from '../correlate/machine.ts'
import type { Engine } from '../detect/engine.ts'
import { createFindingMaker, findingId } from '../detect/finding.ts'
import type { Event } from '../events/event.ts'
import { FOLDED_KINDS } from '../events/folded-kinds.ts'
import type { Finding } from '../findings/finding.ts'
import { createFold, type FoldStats } from '../findings/fold.ts'
import { createRepeatedFindings, type Repeats } from '../findings/repeats.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'
import type { Costs } from './costs.ts'
import { measuredEvaluate } from './measured-evaluate.ts'

export interface DetectionOptions {
  readonly engine: Engine
  readonly hostname: string
  readonly foldWindowMs: number
  readonly emit: (finding: Finding) => void
  /** Where what rules cost is noted. */
  readonly costs?: Pick<Costs, 'weighRules' | 'tried' | 'matched'>
  /** Rules in shadow make findings, too. */
  readonly shadow?: boolean
  /** What rules with `first_seen` knew when the last run ended. */
  readonly saved?: SavedState
}

export interface Detection {
  /** Returns how many rules matched. */
  readonly onEvent: (event: Event) => number
  /** What the kernel side folded into an event and no other event has told. */
  readonly onRepeats: (repeats: Repeats) => void
  /** Event time has come so far (ns since 1970): what waited for it is told, folding windows that ended before are closed. */
  readonly advance: (nowNs: number) => void
  readonly flush: () => void
  readonly stats: () => FoldStats
  readonly correlation: () => CorrelationStats
  /** What is to go on after a restart. */
  readonly save: () => SavedState
}

/** Processes × rules × outputs remembered for folding. */
const MAX_FOLD_KEYS = 20_000
/** Events with findings, whose repeats may still be told: those of some windows of the kernel's. */
const MAX_REPEATED = 10_000

export function createDetection({ engine, hostname, foldWindowMs, emit, costs, saved, shadow = false }: DetectionOptions): Detection {
  let number = 0
  const fold = createFold({ windowNs: foldWindowMs * 1e6, maxKeys: MAX_FOLD_KEYS, emit })
  const makeFinding = createFindingMaker({ hostname, nextNumber: () => number++ })
  const repeated = createRepeatedFindings({ maxEvents: MAX_REPEATED, idOf: (timeNs) => findingId(timeNs, number++) })
  const evaluate = costs === undefined ? engine.evaluate : measuredEvaluate(engine, costs)
  const isShown = ({ rule }: CompiledRule): boolean => shadow || !rule.shadow
  const correlator = createCorrelator({ make: makeFinding, emit: onCompletion, ...(saved === undefined ? {} : { saved }) })
  const onMatch = (rule: CompiledRule, event: Event): void => {
    if (rule.priorityFor(event) === undefined) return
    if (rule.correlation !== undefined) {
      correlator.push(rule, event)
      return
    }
    costs?.matched(rule.rule.name)
    if (!isShown(rule)) return
    const finding = makeFinding(rule, event)
    if (event.kind !== 'flat' && FOLDED_KINDS.has(event.kind)) repeated.remember(event.record.cpu, event.record.seq, finding)
    fold.push(withRepeats(finding, event))
  }
  return Object.freeze({
    onEvent: (event: Event) => evaluate(event, onMatch),
    onRepeats: (repeats: Repeats) => {
      for (const finding of repeated.of(repeats)) fold.push(finding)
    },
    advance: (nowNs: number) => {
      correlator.advance(nowNs)
      fold.advance(nowNs)
    },
    flush: fold.flush,
    stats: fold.stats,
    correlation: correlator.stats,
    save: correlator.save,
  })

  function onCompletion({ rule, made, timeNs, eventIds }: Completion<Finding>): void {
    costs?.matched(rule.rule.name)
    if (isShown(rule)) fold.push(Object.freeze({ ...made, id: findingId(timeNs, number++), timeNs, eventIds }))
  }
}

/** The kernel side counts equal events of a process into the next one that it sends: the finding stands for them, too. */
function withRepeats(finding: Finding, event: Event): Finding {
  const repeat = event.kind === 'flat' ? 0 : event.record.repeat
  return repeat === 0 ? finding : { ...finding, count: finding.count + repeat }
}
