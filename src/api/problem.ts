/** Failures as RFC 9457 problem documents: a code of ours, what is wrong, and what to do. Nothing of what only we should know. */
import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import { AppError, type ErrorFacts } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { DiagnosedError } from './diagnosed-error.ts'
import { statusOf } from './problem-status.ts'
import type { ApiDiagnostic } from './services.ts'

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly fix: string
  readonly facts?: ErrorFacts
  /** Where a condition or a rule file is wrong. */
  readonly diagnostics?: readonly ApiDiagnostic[]
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** What an outsider may know of it. What is no expected failure becomes API_BUG; the log hears of it. */
export function problemOf(error: unknown, log: Log): Problem {
  const known = error instanceof AppError ? error : undefined
  const status = known && statusOf(known.code)
  if (known === undefined || status === undefined) {
    log.error('a request failed for a reason that nobody expected', {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
    return problemOf(new AppError('API_BUG'), log)
  }
  return {
    type: `/problems/${known.code}`,
    title: STATUS_CODES[status] ?? 'Failure',
    status,
    detail: known.message,
    code: known.code,
    fix: known.fix,
    ...(Object.keys(known.facts).length > 0 ? { facts: known.facts } : {}),
    ...(known instanceof DiagnosedError ? { diagnostics: known.diagnostics } : {}),
  }
}

/** Answers with it, and says after how long to try again where the problem knows. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { seconds } = problem.facts ?? {}
  if (typeof seconds === 'number') reply.header('retry-after', String(Math.max(1, Math.ceil(seconds))))
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="tarsier"')
  return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem))
}
