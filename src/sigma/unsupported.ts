/** Why a Sigma document is not compiled. One reason per document: the first that was found. */

/** What reasons are counted by. */
export type ReasonKind =
  | 'no source'
  | 'no field'
  | 'no match possible'
  | 'placeholder'
  | 'modifier'
  | 'value'
  | 'condition'
  | 'correlation'
  | 'document'

export interface Reason {
  readonly kind: ReasonKind
  /** One sentence without a capital and without a full stop, complete in itself. */
  readonly text: string
}

/** Thrown where a document cannot be compiled; caught once per document. */
export class Unsupported extends Error {
  readonly reason: Reason

  constructor(kind: ReasonKind, text: string) {
    super(text)
    this.name = 'Unsupported'
    this.reason = { kind, text }
  }
}
