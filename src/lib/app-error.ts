/** Expected failures: a code from the one table in errors.ts, facts as data, and what to do next. */
import { ERRORS } from './errors.ts'

export type ErrorCode = keyof typeof ERRORS
export type ErrorFacts = Readonly<Record<string, string | number | boolean | undefined>>

/** An expected failure. `message` is the table's sentence with its `{facts}` filled in; `fix` says what to do next. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts
  readonly fix: string

  constructor(code: ErrorCode, facts: ErrorFacts = {}, options?: ErrorOptions) {
    super(fill(ERRORS[code].message, facts), options)
    this.name = 'AppError'
    this.code = code
    this.facts = facts
    this.fix = fill(ERRORS[code].fix, facts)
  }
}

/** Replaces `{name}` by the fact of that name; a missing fact leaves nothing. */
function fill(template: string, facts: ErrorFacts): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''))
}
