/** `tarsier prove`: the attack cases of rules, run for real under the live sensor with all rules loaded. */
import { release } from 'node:os'
import type { Engine } from '../detect/engine.ts'
import type { Proof, ProofReport } from '../findings/proof.ts'
import { type LedgerEntry, updateLedger } from '../findings/proof-ledger.ts'
import type { LinkedRule } from '../lang/link.ts'
import type { RuleChoice } from '../lang/rule-choice.ts'
import { AppError } from '../lib/app-error.ts'
import { casesOf, hashOf, isChosen, type ProveCase } from '../prove/cases.ts'
import { runCases } from '../prove/run-cases.ts'
import type { AgentHost } from './agent.ts'
import { distribution } from './distribution.ts'
import { requireSandboxPrograms, withObservedSandboxes } from './observed-sandboxes.ts'
import { loadEngine } from './rules.ts'

export interface ProveOptions {
  readonly rules: RuleChoice
  /** Names of rules, of tactics, ids of techniques; none for all. */
  readonly words: readonly string[]
  readonly jobs: number
  readonly timeoutMs: number
  /** Undefined: nothing is written. */
  readonly ledger: string | undefined
  readonly version: string
  readonly onPlan: (cases: number) => void
  readonly onStart: (name: string) => void
  readonly onResult: (proof: Proof) => void
}

/** Throws AppError RULES_*, SENSOR_*, PROVE_PROGRAMS, PROVE_NOTHING, FILE_*. */
export async function prove(options: ProveOptions, host: AgentHost): Promise<ProofReport> {
  const begun = performance.now()
  const { words, jobs, timeoutMs, onPlan, onStart, onResult } = options
  requireSandboxPrograms()
  const engine = loadEngine(options.rules, { stderr: host.stderr, colour: host.colour.stderr })
  const rules = chosenRules(engine, words)
  const cases = casesOf(rules)
  if (cases.length === 0) throw new AppError('PROVE_NOTHING', { words: words.join(' ') || 'the rules' })
  onPlan(cases.length)
  return withObservedSandboxes({ engine, host, prefix: 'tarsier-prove', shadow: true }, async ({ observer, prefix, stopped, lost }) => {
    const onCase = ({ rule, of }: ProveCase): void => onStart(`${rule.name}: ${of.name}`)
    const proofs = await runCases({ cases, observer, jobs, timeoutMs, prefix, stopped, onStart: onCase, onResult })
    if (options.ledger !== undefined) writeResults(options.ledger, { cases, proofs }, engine, options.version)
    return { proofs, left: cases.length - proofs.length, lost: lost(), seconds: (performance.now() - begun) / 1000 }
  })
}

function chosenRules(engine: Engine, words: readonly string[]): readonly LinkedRule[] {
  const rules = engine.rules.map(({ rule }) => rule)
  if (words.length === 0) return rules
  for (const word of words) if (!rules.some((rule) => isChosen(rule, word))) throw new AppError('PROVE_UNKNOWN', { word })
  return rules.filter((rule) => words.some((word) => isChosen(rule, word)))
}

interface Ran {
  readonly cases: readonly ProveCase[]
  /** In the order of the cases. */
  readonly proofs: readonly Proof[]
}

function writeResults(path: string, { cases, proofs }: Ran, engine: Engine, version: string): void {
  const where = { kernel: release(), distribution: distribution(), date: `${new Date().toISOString().slice(0, 19)}Z`, version }
  const entries = proofs.map(({ seconds, reason, evades, delayMs, alsoBy, ...proof }, index): LedgerEntry => {
    const one = cases[index] as ProveCase
    return {
      ...proof,
      reason: reason ?? null,
      evades: evades ?? null,
      delayMs: delayMs === undefined ? null : Math.round(delayMs * 100) / 100,
      alsoBy: [...alsoBy],
      hash: hashOf(one),
      techniques: [...one.rule.techniques],
      ...where,
    }
  })
  const known = new Set(casesOf(engine.rules.map(({ rule }) => rule)).map(({ rule, kind, of }) => `${rule.name}\0${kind}\0${of.name}`))
  updateLedger(path, entries, (entry) => known.has(`${entry.rule}\0${entry.kind}\0${entry.case}`))
}
