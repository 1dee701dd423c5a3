import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { choice, flag, text, texts, UsageError } from '../option.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'
import { stateFolder } from '../store-options.ts'

const LEDGER = 'coverage/ledger.jsonl'

export const coverage = defineCommand({
  name: 'coverage',
  summary: 'Tell which ATT&CK techniques the rules claim, and which are proven.',
  doc: 'Tells claimed from proven: for each tactic how many techniques for Linux and containers a rule names, how many of these have events to be seen by, tests, and an attack that was found for real, as the ledger of `prove` says. Proofs of a rule or a script that changed since do not count. Ids in rules are those of ATT&CK v18; v19 is told by translation.',
  arguments: {},
  options: {
    rules: RULE_OPTIONS.rules,
    ledger: text('FILE', `Where \`prove\` kept its results. Default: ${LEDGER}.`),
    attackVersion: choice(['18', '19'], 'The version of ATT&CK. Default: 18.'),
    host: flag('Only what this host can watch counts as data, as `doctor` finds it. Default: what the sensor knows.'),
    html: text('FILE', 'Write a page that needs nothing else.'),
    navigator: text('FILE', 'Write a layer for the ATT&CK Navigator.'),
    compare: texts(
      'REPORT',
      'Two reports made with --json, the earlier first: what was lost is told, and makes the exit code 1.',
      'variadic',
    ),
  },
  examples: [
    { line: 'coverage', doc: 'A table of the rules that come with Tarsier.' },
    { line: 'coverage --html coverage.html --navigator layer.json', doc: 'A page, and a layer for the Navigator.' },
    { line: 'coverage --json', doc: 'The whole report as one JSON object.' },
    { line: 'coverage --compare before.json after.json', doc: 'Was anything lost?' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async (input, context) => {
    const colour = colourOf(input.color, context)
    if (input.compare.length > 0) return compare(input.compare, input.json, colour, context)
    const [{ loadAndReport }, { createCoverage }, { readLedger }] = await Promise.all([
      import('../loaded-rules.ts'),
      import('../../coverage/coverage.ts'),
      import('../../findings/proof-ledger.ts'),
    ])
    const preset = { strict: false, matching: undefined, priority: undefined, enable: [], disable: [] }
    const { ruleSet, errors } = loadAndReport(
      ruleChoiceOf({ rules: input.rules, ...preset }, context.shippedRules),
      context,
      input.json,
      false,
    )
    const health = input.host ? await context.live.doctor(stateFolder(context.env)) : undefined
    const report = createCoverage({
      rules: ruleSet.rules,
      ledger: readLedger(input.ledger ?? LEDGER),
      attackVersion: input.attackVersion === '19' ? 19 : 18,
      date: new Date().toISOString(),
      dataOf: input.host ? 'host' : 'kinds',
      hasData: (kind) => health === undefined || (health.ready && health.watched.includes(kind)),
    })
    const [{ coverageText }, { safeJson }] = await Promise.all([import('../coverage-text.ts'), import('../../lib/escape.ts')])
    const { writeText } = await import('../../lib/write-file.ts')
    if (input.html !== undefined) writeText(input.html, (await import('../../coverage/html.ts')).coveragePage(report))
    if (input.navigator !== undefined) {
      writeText(input.navigator, `${JSON.stringify((await import('../../coverage/navigator.ts')).navigatorLayer(report), undefined, 2)}\n`)
    }
    context.stdout.write(input.json ? `${safeJson(report)}\n` : coverageText(report, colour))
    return errors === 0 ? EXIT.ok : EXIT.inputErrors
  },
})

async function compare(paths: readonly string[], json: boolean, colour: boolean, context: CommandContext): Promise<ExitCode> {
  const [before, after] = paths
  if (before === undefined || after === undefined || paths.length !== 2) throw new UsageError('--compare takes two reports')
  const { compareReports, readReport } = await import('../../coverage/compare.ts')
  const comparison = compareReports(readReport(before), readReport(after))
  const [{ comparisonText }, { safeJson }] = await Promise.all([import('../coverage-text.ts'), import('../../lib/escape.ts')])
  context.stdout.write(json ? `${safeJson(comparison)}\n` : comparisonText(comparison, colour))
  return comparison.lost.length === 0 ? EXIT.ok : EXIT.inputErrors
}
