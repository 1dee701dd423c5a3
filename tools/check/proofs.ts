/** Every shipped rule carries its proof, and the ledger is of the rules and cases as they are. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VOCABULARY } from '../../src/events/fields.ts'
import { type LedgerEntry, readLedger } from '../../src/findings/proof-ledger.ts'
import type { LinkedRule } from '../../src/lang/link.ts'
import { loadChosenRules } from '../../src/lang/rule-choice.ts'
import { casesOf, hashOf, type ProveCase } from '../../src/prove/cases.ts'
import type { Check } from './check.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LEDGER = 'coverage/ledger.jsonl'
const SHIPPED = { strict: false, matching: 'all', priority: undefined, enable: [], disable: [] } as const
/** A rule that cannot be proven on every host says so by its skipped case. */
const GOOD: ReadonlySet<LedgerEntry['result']> = new Set(['proven', 'silent', 'skipped'])

/** Rules whose attack cannot be undone, hence is never run: they stay claims. A sandbox may not load modules. */
const ONLY_CLAIMED: ReadonlySet<string> = new Set(['Kernel module loaded from an unusual place'])

export const proofs: Check = {
  name: 'proofs',
  doc: `Each shipped rule says why, how sure it is and of which technique, has a test that fires, two that do not and an attack case, and ${LEDGER} is of these cases: tarsier prove --all writes it.`,
  run: () => {
    const { rules } = loadChosenRules({ paths: [join(ROOT, 'rules')], ...SHIPPED }, VOCABULARY)
    const entries = new Map(readLedger(join(ROOT, LEDGER)).map((entry) => [`${entry.rule}\0${entry.kind}\0${entry.case}`, entry]))
    return [...rules.flatMap(incomplete), ...casesOf(rules).flatMap((one) => unproven(one, entries))]
  },
}

function incomplete(rule: LinkedRule): readonly string[] {
  const { why, techniques, tests, attack, benign, position, name } = rule
  const fires = tests.filter(({ match }) => match).length
  const lacks = [
    why === undefined && 'why',
    techniques.length === 0 && 'techniques',
    fires === 0 && 'a test that fires',
    tests.length - fires < 2 && 'two tests that do not fire',
    attack.length === 0 && !ONLY_CLAIMED.has(name) && 'an attack case',
    benign.length === 0 && 'a benign look-alike',
  ].filter((what) => what !== false)
  return lacks.length === 0 ? [] : [`${position.file.replace(ROOT, '')}: ${name} lacks ${lacks.join(', ')}`]
}

function unproven(one: ProveCase, entries: ReadonlyMap<string, LedgerEntry>): readonly string[] {
  const { rule, kind, of } = one
  const entry = entries.get(`${rule.name}\0${kind}\0${of.name}`)
  const problem =
    entry === undefined
      ? 'was never run'
      : entry.hash !== hashOf(one)
        ? 'changed since it was run'
        : GOOD.has(entry.result)
          ? undefined
          : `is ${entry.result}: ${entry.reason ?? ''}`
  return problem === undefined ? [] : [`${rule.position.file.replace(ROOT, '')}: ${rule.name}: ${of.name} ${problem}`]
}
