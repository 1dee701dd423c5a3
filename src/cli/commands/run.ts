import { defineCommand } from '../command.ts'
import { FINDING_OPTIONS, findingChoiceOf } from '../finding-options.ts'
import { text } from '../option.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'
import { SENSOR_OPTIONS, sensorChoiceOf } from '../sensor-options.ts'

export const run = defineCommand({
  name: 'run',
  summary: 'Watch this host and print findings until stopped.',
  doc: 'Loads the rules, attaches the hooks that they need, says "ready" on standard error, and from then on prints findings, and nothing else, on standard output. SIGINT and SIGTERM end it in good order: what was seen is still printed; a second one ends it at once. SIGHUP opens output files anew (on a terminal it ends the run). Needs root.',
  arguments: {},
  options: {
    ...RULE_OPTIONS,
    ...FINDING_OPTIONS,
    explain: text('RULE', 'For each event that the rule nearly matched, say on standard error which predicate was false.'),
    ...SENSOR_OPTIONS,
  },
  examples: [
    { line: 'run', doc: 'With the rules that come with Tarsier, for people.' },
    { line: 'run --rules ./rules /etc/falco/falco_rules.yaml --format json', doc: 'With other rules, too, as JSON lines.' },
    { line: 'run --output file:/var/log/tarsier.json --output syslog+tcp://logs:514', doc: 'Into a rotating file and to a syslog server.' },
    { line: "run --disable '*' --enable tag:container", doc: 'Only rules with a tag.' },
    { line: "run --explain 'Reverse shell'", doc: 'Why does the rule not match?' },
  ],
  exits: ['ok', 'inputErrors', 'hostCannot'],
  run: (input, context) =>
    context.live.run(
      { rules: ruleChoiceOf(input, context.shippedRules), ...findingChoiceOf(input), ...sensorChoiceOf(input), explain: input.explain },
      context,
    ),
})
