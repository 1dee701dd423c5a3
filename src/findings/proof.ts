/** What became of a rule's case that was run for real. */

/** proven, missed: of an attack. silent, noisy: of a look-alike. error: the case did not do what it says. skipped: a program is missing. */
export const PROOF_RESULTS = ['proven', 'missed', 'silent', 'noisy', 'error', 'skipped'] as const

export type ProofResult = (typeof PROOF_RESULTS)[number]

export interface Proof {
  readonly rule: string
  readonly case: string
  readonly kind: 'attack' | 'benign'
  readonly result: ProofResult
  /** Why it is neither proven nor silent. */
  readonly reason: string | undefined
  /** The way past naive rules that the case takes. */
  readonly evades: string | undefined
  /** From the event to the finding, of the first one. */
  readonly delayMs: number | undefined
  /** Other rules that found something, too. */
  readonly alsoBy: readonly string[]
  readonly seconds: number
}

export interface ProofReport {
  readonly proofs: readonly Proof[]
  /** Cases that were not run, since somebody ended it. */
  readonly left: number
  /** Events lost meanwhile: a case may be missed because of them. */
  readonly lost: number
  readonly seconds: number
}
