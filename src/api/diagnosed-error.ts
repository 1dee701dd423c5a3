/** A failure with places: where a condition or a rule file is wrong. */
import { AppError, type ErrorCode, type ErrorFacts } from '../lib/app-error.ts'
import type { ApiDiagnostic } from './services.ts'

export class DiagnosedError extends AppError {
  readonly diagnostics: readonly ApiDiagnostic[]

  constructor(code: ErrorCode, facts: ErrorFacts, diagnostics: readonly ApiDiagnostic[]) {
    super(code, facts)
    this.diagnostics = diagnostics
  }
}

/** Throws DiagnosedError when one of them is an error; warnings pass. */
export function refuseErrors(code: ErrorCode, diagnostics: readonly ApiDiagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new DiagnosedError(code, { errors: errors.length }, diagnostics)
}
