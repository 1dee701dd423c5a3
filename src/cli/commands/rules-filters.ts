import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { flag, optionalArgument } from '../option.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'

export const rulesFilters = defineCommand({
  name: 'rules filters',
  summary: 'Show what the rules let out of the kernel, and which rule makes it much.',
  doc: 'Of each kind of events that the kernel side filters: what passes, for which rules, what of a rule only the agent can check, and which rules let the whole kind through. With a rule, only what it asks for. What passes may be more than what matches, never less. Needs neither root nor the sensor.',
  arguments: { rule: optionalArgument('RULE', 'The name of a rule.') },
  options: { ...RULE_OPTIONS, verbose: flag('All texts of each test, not only the first few.', { short: 'v' }) },
  examples: [
    { line: 'rules filters', doc: 'Of the rules that come with Tarsier.' },
    { line: "rules filters 'Password file read by an unusual program'", doc: 'What one rule asks for.' },
    {
      line: 'rules filters --rules my-rules --json',
      doc: '{"rules","kinds":[{"kind","terms","wide","reaches":[{"rule","wide","terms","unchecked"}]}]}',
    },
  ],
  exits: ['ok', 'inputErrors'],
  run: async ({ rule, verbose, json, color, ...input }, context) => {
    const { filtersOf } = await import('../rule-filters.ts')
    const { renderFilters } = await import('../filters-text.ts')
    const { filters, errors } = filtersOf(ruleChoiceOf(input, context.shippedRules), rule, context, json)
    context.stdout.write(renderFilters(filters, { json, verbose, colour: colourOf(color, context) }))
    return errors === 0 ? EXIT.ok : EXIT.inputErrors
  },
})
