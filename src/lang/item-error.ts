/** What makes an item of a rule file unusable. Caught where the item ends: the others go on. */
import { type Diagnostic, diagnostic, type Where } from './diagnostic.ts'
import type { Facts, MessageCode } from './messages.ts'

/** An item that can not be read. */
export class ItemError extends Error {
  readonly problem: Diagnostic

  constructor(code: MessageCode, facts: Facts, where: Where) {
    const problem = diagnostic(code, facts, where)
    super(problem.message)
    this.name = 'ItemError'
    this.problem = problem
  }
}
