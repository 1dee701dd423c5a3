/** Findings that are there already and that an exception would have kept silent: they are marked, so that nobody looks into them again. */
import type { Store } from '../../../store/store.ts'
import type { CompiledCondition } from '../history-conditions.ts'

const MAX_FINDINGS = 1000

export interface ExceptedFindings {
  readonly store: Pick<Store, 'state' | 'history'>
  readonly rule: string
  /** Of all exceptions of the rule that were made here. */
  readonly conditions: readonly CompiledCondition[]
}

/** The newest of the rule. Resolves with how many changed. */
export async function markExcepted({ store, rule, conditions }: ExceptedFindings): Promise<number> {
  const { items } = store.state.findings.list({ rules: [rule] }, { limit: MAX_FINDINGS, cursor: undefined })
  const marked: string[] = []
  const cleared: string[] = []
  for (const finding of items) {
    const event = await store.history.get(finding.hostname, finding.eventIds[0] ?? '')
    // Without the event there is what the rule says of it.
    const { id, hostname, timeNs, outputFields } = finding
    const seen = event ?? {
      id,
      hostname,
      timeNs,
      kind: '',
      type: String(outputFields['evt.type'] ?? ''),
      processId: undefined,
      processKey: undefined,
      fields: outputFields,
    }
    const excepted = conditions.some(({ matches }) => matches(seen))
    if (excepted !== finding.excepted) (excepted ? marked : cleared).push(id)
  }
  if (marked.length > 0) store.state.findings.setExcepted(marked, true)
  if (cleared.length > 0) store.state.findings.setExcepted(cleared, false)
  return marked.length + cleared.length
}
