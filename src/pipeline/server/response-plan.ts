/** What responses would have done over findings of the past. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PlannedResponse, ResponsePlan } from '../../api/services.ts'
import { createStandingRisks } from '../../correlate/standing-risk.ts'
import { compileResponses } from '../../detect/responses.ts'
import type { ResponseSet } from '../../lang/load-responses.ts'
import { targetKey, targetText } from '../../respond/request.ts'
import type { TimeRange } from '../../store/page.ts'
import type { FindingStore, StoredFinding } from '../../store/state-store.ts'
import { actionNamed } from '../responses/load.ts'
import { subjectOf } from '../responses/subject.ts'
import { apiDiagnostic } from './api-diagnostic.ts'

const MAX_FINDINGS = 50_000
const MAX_PLANNED = 500
const PAGE = 500
/** Of responses, against findings: then others have their turn, since a plan is somebody's text over all that was found. */
const CHOICES_A_TURN = 20_000

/** The findings in the order in which they happened, as the agent would have seen them: risk grows with them. */
export async function planOf(set: ResponseSet, range: TimeRange, findings: Pick<FindingStore, 'list'>): Promise<ResponsePlan> {
  const { found, truncated } = await collect(range, findings)
  const responses = compileResponses(set)
  const risks = createStandingRisks()
  const totals = new Map<string, { readonly response: string; readonly mode: string; count: number; readonly keys: Set<string> }>()
  const planned: PlannedResponse[] = []
  const findingsATurn = Math.max(1, Math.floor(CHOICES_A_TURN / Math.max(1, set.responses.length)))
  for (const [index, finding] of found.entries()) {
    if (index % findingsATurn === 0) await nextTurn()
    const risk = risks.take(finding)
    for (const { response, mode } of responses.choose(finding, { risk }, finding.timeNs)) {
      const subject = subjectOf(finding)
      const needs = actionNamed(response.steps[0]?.action.value ?? '').needs
      const total = totals.get(`${mode} ${response.name.value}`) ?? {
        response: response.name.value,
        mode,
        count: 0,
        keys: new Set<string>(),
      }
      totals.set(`${mode} ${response.name.value}`, total)
      total.count++
      total.keys.add(
        targetKey(
          subject,
          response.steps.map(({ action }) => actionNamed(action.value).needs),
        ),
      )
      const { id: findingId, rule, timeNs, hostname } = finding
      const actions = response.steps.map(({ action }) => action.value)
      planned.push({ response: response.name.value, mode, actions, target: targetText(subject, needs), findingId, rule, timeNs, hostname })
      if (planned.length > 2 * MAX_PLANNED) planned.splice(0, planned.length - MAX_PLANNED)
    }
  }
  return {
    diagnostics: set.diagnostics.map(apiDiagnostic),
    findings: found.length,
    truncated,
    totals: [...totals.values()].map(({ keys, ...total }) => ({ ...total, targets: keys.size })),
    planned: planned.slice(-MAX_PLANNED).reverse(),
  }
}

/** The oldest first. Of too many the newest. */
async function collect(
  range: TimeRange,
  findings: Pick<FindingStore, 'list'>,
): Promise<{ readonly found: readonly StoredFinding[]; readonly truncated: boolean }> {
  const found: StoredFinding[] = []
  for (let cursor: string | undefined; ; ) {
    const { items, next } = findings.list({ range }, { limit: PAGE, cursor })
    found.push(...items)
    cursor = next
    if (cursor === undefined || found.length >= MAX_FINDINGS) break
    await nextTurn()
  }
  return { found: found.reverse(), truncated: found.length >= MAX_FINDINGS }
}
