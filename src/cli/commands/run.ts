import { defineCommand } from '../command.ts'
import { COST_OPTIONS, costChoiceOf } from '../cost-options.ts'
import { FINDING_OPTIONS, findingChoiceOf } from '../finding-options.ts'
import { KEEP_OPTIONS, keepChoiceOf } from '../keep-options.ts'
import { flag, text } from '../option.ts'
import { PREVENTION_OPTIONS, preventionChoiceOf } from '../prevention-options.ts'
import { RESPONSE_OPTIONS, responseChoiceOf } from '../response-options.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'
import { SENSOR_OPTIONS, sensorChoiceOf } from '../sensor-options.ts'
import { SERVER_OPTIONS, serverChoiceOf } from '../server-options.ts'
import { stateOption } from '../store-options.ts'

export const run = defineCommand({
  name: 'run',
  summary: 'Watch this host and print findings until stopped.',
  doc: 'Loads the rules, attaches the hooks that they need, says "ready" on standard error, and from then on prints findings, and nothing else, on standard output. Beside it runs a server with store, API and console, whose address stands on standard error; the agent waits for it in nothing. Rules made or changed in the console are loaded within two seconds. SIGINT and SIGTERM end it in good order: what was seen is still printed; a second one ends it at once. SIGHUP opens output files anew and loads the rules anew (on a terminal it ends the run): the new rules take the place of the old between two events, and none is missed; if they have any error, the old ones go on, and it is said. Needs root.',
  arguments: {},
  options: {
    ...RULE_OPTIONS,
    ...FINDING_OPTIONS,
    ...RESPONSE_OPTIONS,
    ...PREVENTION_OPTIONS,
    ...KEEP_OPTIONS,
    explain: text('RULE', 'For each event that the rule nearly matched, say on standard error which predicate was false.'),
    countExceptions: flag(
      'Count what each exception takes out of its rule, as matches of a rule in shadow named "RULE, exception NAME" (tarsier top, metrics). The kernel then sends those events, too.',
    ),
    watchRules: flag('Load the rules anew when their files change, as on SIGHUP.'),
    state: stateOption(': the store, what waits for it, rules made in the console (DIR/rules), what rules have learned (first_seen)'),
    ...SERVER_OPTIONS,
    ...SENSOR_OPTIONS,
    noFilters: flag(
      'Let every event out of the kernel that a rule may look at, not only those that one could match. Findings are the same.',
    ),
    ...COST_OPTIONS,
  },
  examples: [
    { line: 'run', doc: 'With the rules that come with Tarsier, for people.' },
    { line: 'run --rules ./rules /etc/falco/falco_rules.yaml --format json', doc: 'With other rules, too, as JSON lines.' },
    { line: 'run --output file:/var/log/tarsier.json --output syslog+tcp://logs:514', doc: 'Into a rotating file and to a syslog server.' },
    { line: "run --disable '*' --enable tag:container", doc: 'Only rules with a tag.' },
    { line: 'run --max-cpu 5% --metrics', doc: 'At little cost, with metrics for Prometheus on 127.0.0.1:9464.' },
    { line: 'run --no-server --format json', doc: 'Findings as JSON lines, and nothing beside.' },
    { line: 'run --responses /etc/tarsier/responses --respond dry-run', doc: 'What would be done about what is found?' },
    { line: 'run --prevent act', doc: 'What rules marked prevent find does not happen.' },
    { line: "run --explain 'Reverse shell'", doc: 'Why does the rule not match?' },
  ],
  exits: ['ok', 'inputErrors', 'hostCannot'],
  run: (input, context) => {
    const { state } = input
    return context.live.run(
      {
        rules: { ...ruleChoiceOf(input, context.shippedRules), countExceptions: input.countExceptions, managed: `${state}/rules` },
        responses: responseChoiceOf(input, context.shippedResponses, state),
        prevention: preventionChoiceOf(input),
        keep: keepChoiceOf(input),
        ...findingChoiceOf(input),
        ...sensorChoiceOf(input),
        ...costChoiceOf(input),
        ...serverChoiceOf(input),
        explain: input.explain,
        watchRules: input.watchRules,
        filters: !input.noFilters,
        state,
      },
      context,
    )
  },
})
