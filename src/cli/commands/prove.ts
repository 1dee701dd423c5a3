import { availableParallelism } from 'node:os'
import { parseDurationMs } from '../../lib/quantity.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { amount, argumentsOf, flag, text } from '../option.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'

const TIMEOUT_MS = 20_000
const LEDGER = 'coverage/ledger.jsonl'

export const prove = defineCommand({
  name: 'prove',
  summary: "Run the rules' attack cases for real and see whether they are found.",
  doc: 'Starts the sensor with the rules, as `run` does, and runs the `attack` and `benign` scripts that rules carry, each in a throw-away sandbox: namespaces of its own, a copy-on-write view of the root file system, no network but a loopback; a container made by runc where the case asks for one. An attack that its rule finds is proven, a look-alike that it does not find is silent. A script that fails is an error, never a pass; a case whose programs are not installed is skipped and counted. Results go to a ledger, from which `coverage` makes its report. Needs root.',
  arguments: {
    words: argumentsOf('WHAT', 'Names of rules or of their files, tactics (folders of rules), or ids of techniques. None means all.', {
      optional: true,
    }),
  },
  options: {
    all: flag('All cases; the same as naming none.'),
    rules: RULE_OPTIONS.rules,
    jobs: amount('N', 'Sandboxes at a time. Default: one for each processor.', 'a number from 1 to 64', jobsOf),
    timeout: amount('TIME', 'The longest that a case may take. Default: 20s.', 'a time such as 20s', parseDurationMs),
    ledger: text('FILE', `Where results are kept. Default: ${LEDGER}.`),
    noLedger: flag('Keep no results.'),
  },
  examples: [
    { line: 'prove --all', doc: 'Every case of the rules that come with Tarsier.' },
    { line: 'prove credential-access', doc: 'Those of one tactic.' },
    { line: 'prove T1059 --no-ledger --json', doc: '{"proofs":[{"rule","case","kind","result",…}],"lost","seconds"}.' },
    { line: 'prove --rules my-rules.yaml --no-ledger', doc: 'The cases of your own rules.' },
  ],
  exits: ['ok', 'inputErrors', 'hostCannot'],
  run: async ({ words, rules, jobs = availableParallelism(), timeout = TIMEOUT_MS, ledger = LEDGER, noLedger, json, color }, context) => {
    const { createProgress, proofText } = await import('../proof-text.ts')
    const preset = { strict: false, matching: undefined, priority: undefined, enable: [], disable: [] }
    const choice = ruleChoiceOf({ rules, ...preset }, context.shippedRules)
    const progress = createProgress(context)
    const report = await context.live.prove(
      { rules: choice, words, jobs, timeoutMs: timeout, ledger: noLedger ? undefined : ledger, ...progress },
      context,
    )
    progress.end()
    const { safeJson } = await import('../../lib/escape.ts')
    context.stdout.write(json ? `${safeJson(report)}\n` : proofText(report, colourOf(color, context)))
    return report.left === 0 && report.proofs.every(({ result }) => result === 'proven' || result === 'silent' || result === 'skipped')
      ? EXIT.ok
      : EXIT.inputErrors
  },
})

function jobsOf(text: string): number | undefined {
  const jobs = Number(text)
  return Number.isInteger(jobs) && jobs >= 1 && jobs <= 64 ? jobs : undefined
}
