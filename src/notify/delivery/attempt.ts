/** One try after another to send, each within its time. */
import type { Finding } from '../../findings/finding.ts'
import { outcomeOfError, SENT, type SendOutcome } from './outcome.ts'

/** Nothing returned means that all are delivered. Must give up when the signal says so. */
export type Send = (batch: readonly Finding[], signal: AbortSignal) => Promise<SendOutcome | undefined>

export interface Attempts {
  /** Never rejects. */
  readonly attempt: (batch: readonly Finding[]) => Promise<SendOutcome>
  /** Ends the try that is under way. */
  readonly abort: () => void
}

export function createAttempts(send: Send, maxMs: number): Attempts {
  let current: AbortController | undefined

  async function attempt(batch: readonly Finding[]): Promise<SendOutcome> {
    const abort = new AbortController()
    const deadline = setTimeout(() => abort.abort(new Error('it took too long')), maxMs)
    current = abort
    try {
      return (await Promise.race([send(batch, abort.signal), aborted(abort.signal)])) ?? SENT
    } catch (error) {
      return outcomeOfError(error)
    } finally {
      clearTimeout(deadline)
      current = undefined
    }
  }

  return Object.freeze({ attempt, abort: () => current?.abort(new Error('it is closed')) })
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return promise
}
