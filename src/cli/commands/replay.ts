import { parseListenAddress } from '../../lib/listen-address.ts'
import { defineCommand } from '../command.ts'
import { FINDING_OPTIONS, findingChoiceOf } from '../finding-options.ts'
import { amount, argument, flag, positive, text, UsageError } from '../option.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'

export const replay = defineCommand({
  name: 'replay',
  summary: 'Run a recording through the rules.',
  doc: 'Reads a recording made by "tarsier record" and prints the findings that the rules would have made live. Needs neither root nor a kernel sensor. A recording that is cut off or damaged is read as far as it goes, then the exit code is 1.',
  arguments: { file: argument('FILE', 'The recording.') },
  options: {
    ...RULE_OPTIONS,
    ...FINDING_OPTIONS,
    speed: amount(
      'FACTOR',
      'Replay at a multiple of the pace at which it happened: 1 is that pace. Default: as fast as possible.',
      'a number above 0',
      positive,
    ),
    console: flag('Then show in the console what was found and seen, as if it had ended just now, until Ctrl-C. Nothing of it is kept.'),
    listen: amount(
      'ADDR:PORT',
      'With --console: where it answers. Default: 127.0.0.1:7331.',
      'an address such as 127.0.0.1:7331',
      parseListenAddress,
    ),
    explain: text('RULE', 'For each event that the rule nearly matched, say on standard error which predicate was false.'),
  },
  examples: [
    { line: 'replay incident.tsr', doc: 'With the rules that come with Tarsier.' },
    { line: 'replay incident.tsr --rules new-rule.yaml --format json', doc: 'Would this rule have found it?' },
    { line: 'replay incident.tsr --console', doc: 'Its incidents, processes and events in the browser.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: (input, context) => {
    if (input.listen !== undefined && !input.console) throw new UsageError('--listen goes with --console')
    return context.live.replay(
      {
        file: input.file,
        rules: ruleChoiceOf(input, context.shippedRules),
        ...findingChoiceOf(input),
        explain: input.explain,
        speed: input.speed,
        console: input.console ? { listen: input.listen } : undefined,
      },
      context,
    )
  },
})
