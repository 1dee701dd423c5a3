/** Rules, their trials on history, and what may stand in a condition. */
import { queryOptions } from '@tanstack/react-query'
import type { ApiDiagnostic, Backtest, LanguageEntry, RuleDetail, RuleException, RuleSummary, RuleTestOutcome } from '../../api/services.ts'
import type { Priority } from '../../findings/finding.ts'
import { get, send } from './client.ts'

const ruleAt = (name: string): string => `/rules/${encodeURIComponent(name)}`

export const rulesQuery = queryOptions({
  queryKey: ['rules', 'list'],
  queryFn: async ({ signal }) => (await get<{ readonly items: readonly RuleSummary[] }>('/rules', {}, signal)).items,
})

export const ruleQuery = (name: string) =>
  queryOptions({ queryKey: ['rules', 'one', name], queryFn: ({ signal }) => get<RuleDetail>(ruleAt(name), {}, signal) })

export const languageQuery = queryOptions({
  queryKey: ['rules', 'language'],
  queryFn: async ({ signal }) => (await get<{ readonly entries: readonly LanguageEntry[] }>('/language', {}, signal)).entries,
  staleTime: 5 * 60_000,
})

export interface RuleStateChange {
  readonly enabled?: boolean
  readonly shadow?: boolean
  readonly priority?: Priority
}

export const setRuleState = (name: string, state: RuleStateChange): Promise<RuleDetail> => send('PUT', `${ruleAt(name)}/state`, state)
export const resetRule = (name: string): Promise<RuleDetail> => send('DELETE', `${ruleAt(name)}/state`)
export const removeRule = (name: string): Promise<void> => send('DELETE', ruleAt(name))
export const saveRules = (yaml: string): Promise<{ readonly items: readonly RuleDetail[] }> => send('POST', '/rules', { yaml })

export const addException = (rule: string, exception: Omit<RuleException, 'managed'>): Promise<RuleDetail> =>
  send('POST', `${ruleAt(rule)}/exceptions`, exception)
export const removeException = (rule: string, exception: string): Promise<RuleDetail> =>
  send('DELETE', `${ruleAt(rule)}/exceptions/${encodeURIComponent(exception)}`)

export const validateRules = async (yaml: string): Promise<readonly ApiDiagnostic[]> =>
  (await send<{ readonly diagnostics: readonly ApiDiagnostic[] }>('POST', '/rules/validation', { yaml })).diagnostics
export const testRules = (
  yaml: string,
): Promise<{ readonly diagnostics: readonly ApiDiagnostic[]; readonly results: readonly RuleTestOutcome[] }> =>
  send('POST', '/rules/tests', { yaml })

export type TrialSubject = { readonly name: string } | { readonly yaml: string }

/** `from`: a duration before now, or a time. */
export const beginTrial = (subject: TrialSubject, from: string): Promise<Backtest> => send('POST', '/backtests', { ...subject, from })
export const cancelTrial = (id: string): Promise<void> => send('DELETE', `/backtests/${encodeURIComponent(id)}`)

/** Asked for again as long as it runs. */
export const trialQuery = (id: string) =>
  queryOptions({
    queryKey: ['backtests', id],
    queryFn: ({ signal }) => get<Backtest>(`/backtests/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: (query) => (query.state.data === undefined || query.state.data.state === 'running' ? 500 : false),
  })
