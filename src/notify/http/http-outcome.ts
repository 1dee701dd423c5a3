/** What an answer means for the findings that were sent. */
import { later, refused, SENT, type SendOutcome } from '../delivery/outcome.ts'
import type { HttpAnswer } from './http-client.ts'

/** The request as such is at fault, which may be that of one finding in it. */
const PER_FINDING: ReadonlySet<number> = new Set([400, 413, 422])
/** Request Timeout, Too Many Requests. */
const PATIENCE: ReadonlySet<number> = new Set([408, 429])
const SHOWN = 200

/** 2xx: delivered. 408, 429 and 5xx: later, after Retry-After (RFC 9110, 10.2.3) where it is given. All else is final. */
export function outcomeOf(answer: HttpAnswer, nowMs = Date.now()): SendOutcome {
  const { status } = answer
  if (status >= 200 && status < 300) return SENT
  const reason = reasonOf(answer)
  if (status >= 500 || PATIENCE.has(status)) return later(reason, retryAfterMs(answer, nowMs))
  return refused(reason, { perFinding: PER_FINDING.has(status) })
}

export function reasonOf({ status, body, headers }: HttpAnswer): string {
  if (status >= 300 && status < 400) return `it answers ${status} and points elsewhere, which is not followed`
  const isPage = /html/i.test(headers['content-type'] ?? '')
  const text = isPage ? '' : body.replace(/\s+/g, ' ').trim()
  return text === '' ? `it answers ${status}` : `it answers ${status}: ${text.slice(0, SHOWN)}`
}

/** Seconds or a date; undefined where there is neither. */
export function retryAfterMs({ headers }: Pick<HttpAnswer, 'headers'>, nowMs: number): number | undefined {
  const text = headers['retry-after']
  if (text === undefined) return undefined
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
