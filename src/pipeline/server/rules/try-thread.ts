/** The thread of trying.ts: loads one text of rules on top of all others, runs its tests where that is asked, and answers once. */
import { parentPort, workerData } from 'node:worker_threads'
import { findTogether } from '../../../correlate/find-together.ts'
import { runRuleTests } from '../../../detect/rule-tests.ts'
import { VOCABULARY } from '../../../events/fields.ts'
import { createDrafts } from './drafts.ts'
import { createManagedRules } from './managed-rules.ts'
import type { TriedDraft, TryWork } from './trying.ts'

const { choice, folder, yaml, runTests } = workerData as TryWork
const managed = createManagedRules({ choice, folder, nowMs: () => performance.now() })
const { diagnostics, rules } = createDrafts(managed).loaded(yaml)
const results = runTests ? runRuleTests({ rules }, VOCABULARY, findTogether) : []
parentPort?.postMessage({ diagnostics, results } satisfies TriedDraft)
