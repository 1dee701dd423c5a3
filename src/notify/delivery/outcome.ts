/** What became of a batch that a transport was to send. */

export type SendOutcome =
  | { readonly kind: 'sent' }
  /** It may go well another time: the server is away, overloaded, or asks for patience. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs?: number }
  /** It will never go well. `perFinding`: the fault may be one finding's, so that halves are worth a try. */
  | { readonly kind: 'refused'; readonly reason: string; readonly perFinding: boolean }
  /** Each finding for itself, by its place in the batch; those named in neither are delivered. */
  | {
      readonly kind: 'parts'
      readonly refused: readonly RefusedPart[]
      readonly later: readonly number[]
      /** Why some must wait; empty where none must. */
      readonly reason: string
    }

export interface RefusedPart {
  readonly index: number
  readonly reason: string
}

export const SENT: SendOutcome = Object.freeze({ kind: 'sent' })

/** `afterMs`: what the server asked for, such as Retry-After. */
export function later(reason: string, afterMs?: number): SendOutcome {
  return afterMs === undefined ? { kind: 'later', reason } : { kind: 'later', reason, afterMs }
}

export function refused(reason: string, { perFinding }: { readonly perFinding: boolean }): SendOutcome {
  return { kind: 'refused', reason, perFinding }
}

/** What a transport threw: mistakes of ours are the finding's fault or nobody's; all else is the way to the server. */
export function outcomeOfError(error: unknown): SendOutcome {
  const reason = error instanceof Error ? error.message : String(error)
  const isOurs = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind)
  return isOurs ? refused(`a bug: ${reason}`, { perFinding: true }) : later(reason)
}
