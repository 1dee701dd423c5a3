/** Coverage reports of the rules that are loaded: made when one is asked for, and kept until rules or ledger change. */
import { statSync } from 'node:fs'
import { type CoverageReport, createCoverage } from '../../coverage/coverage.ts'
import { readLedger } from '../../findings/proof-ledger.ts'
import type { RuleSet } from '../../lang/load-rules.ts'

export interface CoverageReportOptions {
  readonly ruleSet: () => RuleSet
  /** Path of the ledger of proofs. */
  readonly ledger: string
  readonly nowNs: () => number
}

/** `version`: of ATT&CK, 18 unless it is 19. */
export function createCoverageReports({ ruleSet, ledger, nowNs }: CoverageReportOptions): (version: string | undefined) => CoverageReport {
  const kept = new Map<string, { readonly rules: RuleSet; readonly changed: number; readonly report: CoverageReport }>()
  return (version) => {
    const attackVersion = version === '19' ? 19 : 18
    const rules = ruleSet()
    const changed = statSync(ledger, { throwIfNoEntry: false })?.mtimeMs ?? 0
    const known = kept.get(String(attackVersion))
    if (known?.rules === rules && known.changed === changed) return known.report
    const date = new Date(nowNs() / 1e6).toISOString()
    const given = { rules: rules.rules, ledger: readLedger(ledger), attackVersion, date } as const
    const report = createCoverage({ ...given, dataOf: 'kinds', hasData: () => true })
    kept.set(String(attackVersion), { rules, changed, report })
    return report
  }
}
