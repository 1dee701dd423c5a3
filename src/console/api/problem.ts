/** What the server says when it does not do what was asked: RFC 9457, with a code of ours and what to do about it. */
import type { ApiDiagnostic } from '../../api/services.ts'

export interface Problem {
  readonly status: number
  /** Of src/lib/errors.ts, or `UNREACHABLE` and `UNREADABLE` where no answer of the server came. */
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly fix: string | undefined
  /** Where a condition or a rule is wrong. */
  readonly diagnostics: readonly ApiDiagnostic[]
}

/** Thrown by the client for every answer that is none of success. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** What any error comes to for a reader; bugs become `BUG`. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  const detail = error instanceof Error ? error.message : String(error)
  return { status: 0, code: 'BUG', title: 'The console made a mistake', detail, fix: 'Load the page anew.', diagnostics: [] }
}

export const UNREACHABLE: Problem = {
  status: 0,
  code: 'UNREACHABLE',
  title: 'The server does not answer',
  detail: 'No answer came from the server of this console.',
  fix: 'See whether `tarsier serve` (or `tarsier run`) still runs on its host, and whether you can reach that host. Detection goes on without it.',
  diagnostics: [],
}

/** Reads the body of a failed answer; what is no problem document (a proxy's page, say) becomes one. */
export function readProblem(status: number, body: unknown): Problem {
  const given: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const text = (name: string): string | undefined => (typeof given[name] === 'string' ? (given[name] as string) : undefined)
  return {
    status,
    code: text('code') ?? 'UNREADABLE',
    title: text('title') ?? `The server answered with status ${status}`,
    detail: text('detail') ?? text('title') ?? `The server answered with status ${status} and without a reason.`,
    fix: text('fix'),
    diagnostics: Array.isArray(given.diagnostics) ? (given.diagnostics as ApiDiagnostic[]) : [],
  }
}
