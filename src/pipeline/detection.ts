/** Events in, findings out: the rules, the folding and their counters. The same for a live run and a replay. */
import type { Engine } from '../detect/engine.ts'
import { createFindingMaker } from '../detect/finding.ts'
import type { Event } from '../events/event.ts'
import type { Finding } from '../findings/finding.ts'
import { createFold, type FoldStats } from '../findings/fold.ts'
import type { CompiledRule } from '../lang/compile-rule.ts'

export interface DetectionOptions {
  readonly engine: Engine
  readonly hostname: string
  readonly foldWindowMs: number
  readonly emit: (finding: Finding) => void
}

export interface Detection {
  readonly onEvent: (event: Event) => void
  /** Closes folding windows that ended before that time (ns since 1970, event time). */
  readonly advance: (nowNs: number) => void
  readonly flush: () => void
  readonly stats: () => FoldStats
}

/** Processes × rules × outputs remembered for folding. */
const MAX_FOLD_KEYS = 20_000

export function createDetection({ engine, hostname, foldWindowMs, emit }: DetectionOptions): Detection {
  let number = 0
  const fold = createFold({ windowNs: foldWindowMs * 1e6, maxKeys: MAX_FOLD_KEYS, emit })
  const makeFinding = createFindingMaker({ hostname, nextNumber: () => number++ })
  const onMatch = (rule: CompiledRule, event: Event): void => fold.push(withRepeats(makeFinding(rule, event), event))
  return Object.freeze({
    onEvent: (event: Event) => void engine.evaluate(event, onMatch),
    advance: fold.advance,
    flush: fold.flush,
    stats: fold.stats,
  })
}

/** The kernel side counts equal events of a process into the next one that it sends: the finding stands for them, too. */
function withRepeats(finding: Finding, event: Event): Finding {
  const repeat = event.kind === 'flat' ? 0 : event.record.repeat
  return repeat === 0 ? finding : { ...finding, count: finding.count + repeat }
}
