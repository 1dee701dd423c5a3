import { defineCommand } from '../command.ts'
import { flag, text } from '../option.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'

export const rulesEval = defineCommand({
  name: 'rules eval',
  summary: 'Say which rules match which of these events.',
  doc: 'Reads events as flat JSON objects of fields, one a line, and prints for each line which rules match, as "LINE: RULE, RULE" ("-" for none). A line that is no JSON object is said on standard error and the others are still evaluated; the exit code is 1 then. Needs neither root nor the sensor.',
  arguments: {},
  options: {
    events: text('FILE', 'The events; - is standard input, the default.'),
    output: flag('Print the output of each match below its line, too.'),
    ...RULE_OPTIONS,
  },
  examples: [
    { line: 'rules eval --rules my.yaml --events events.jsonl', doc: '1: My rule' },
    { line: 'rules eval --events events.jsonl --json', doc: '{"line":1,"rules":["My rule"],"matches":[{"rule","priority","output"}]}' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async (input, context) => {
    const { evaluateFile } = await import('../evaluate-file.ts')
    const { events = '-', output, json } = input
    return evaluateFile({ rules: ruleChoiceOf(input, context.shippedRules), events, output, json }, context)
  },
})
