/**
 * Tries rules that somebody writes in a thread of its own: a megabyte of them with tests takes seconds, in which nobody else would be answered. The thread ends with
 * the answer, or when its time is over.
 */
import { Worker } from 'node:worker_threads'
import type { ApiDiagnostic, RuleTestOutcome } from '../../../api/services.ts'
import type { RuleChoice } from '../../../lang/rule-choice.ts'
import { AppError } from '../../../lib/app-error.ts'

export interface TryingOptions {
  readonly choice: RuleChoice
  /** Of the rules that are made here. */
  readonly folder: string
  /** Default: 10 s. */
  readonly longestMs?: number
}

export interface Draft {
  readonly yaml: string
  readonly runTests: boolean
}

export type TriedDraft = { readonly diagnostics: readonly ApiDiagnostic[]; readonly results: readonly RuleTestOutcome[] }
/** What the thread is given. */
export type TryWork = Draft & Pick<TryingOptions, 'choice' | 'folder'>

export interface Trying {
  /** Throws AppError RULE_TRY_TOO_LONG when its time is over or its memory full, RULE_TRY_BUSY when too many wait. */
  readonly ask: (draft: Draft) => Promise<TriedDraft>
  /** What is under way ends as RULE_TRY_TOO_LONG. */
  readonly close: () => Promise<void>
}

const THREAD = new URL('./try-thread.ts', import.meta.url)
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 }
const LONGEST_MS = 10_000
/** One processor is left to everybody else. */
const AT_ONCE = 1
const MOST = 8

export function createTrying({ choice, folder, longestMs = LONGEST_MS }: TryingOptions): Trying {
  const running = new Set<Worker>()
  let last: Promise<unknown> = Promise.resolve()
  let asked = 0

  async function ask(draft: Draft): Promise<TriedDraft> {
    if (asked >= MOST) throw new AppError('RULE_TRY_BUSY', { waiting: MOST - AT_ONCE })
    asked++
    const turn = last.then(() => tryOne({ ...draft, choice, folder }))
    last = turn.catch(() => undefined)
    return turn.finally(() => asked--)
  }

  function tryOne(work: TryWork): Promise<TriedDraft> {
    const { promise, resolve, reject } = Promise.withResolvers<TriedDraft>()
    const worker = new Worker(THREAD, { workerData: work, resourceLimits: LIMITS, execArgv: [], name: 'try-rules' })
    running.add(worker)
    const timer = setTimeout(() => void worker.terminate(), longestMs)
    worker.once('message', resolve)
    worker.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? undefined : reject(error)))
    // After its answer this says nothing more.
    worker.once('exit', () => reject(new AppError('RULE_TRY_TOO_LONG', { seconds: longestMs / 1000 })))
    return promise.finally(() => {
      clearTimeout(timer)
      running.delete(worker)
      return worker.terminate()
    })
  }

  return Object.freeze({
    ask,
    close: async () => {
      await Promise.all([...running].map((worker) => worker.terminate()))
    },
  })
}
