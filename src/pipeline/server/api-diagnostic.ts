import type { ApiDiagnostic } from '../../api/services.ts'
import type { Diagnostic } from '../../lang/diagnostic.ts'

/** What is wrong in a condition or a rule file, as the API tells it. */
export function apiDiagnostic({ severity, code, message, fix, line, column, endColumn }: Diagnostic): ApiDiagnostic {
  return { severity, code, message, line: Math.max(1, line), column: Math.max(1, column), endColumn: Math.max(2, endColumn), hint: fix }
}
