import type { LinkedRule } from '../../lang/load-rules.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { flag } from '../option.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'

export const rulesList = defineCommand({
  name: 'rules list',
  summary: 'List the rules with their reasons.',
  doc: 'Lists the rules that would run: priority, name, tags, and why a match matters. Rules that are switched off are marked.',
  arguments: {},
  options: { ...RULE_OPTIONS, verbose: flag('Also the condition and the place in the file.', { short: 'v' }) },
  examples: [
    { line: 'rules list', doc: 'The rules that come with Tarsier.' },
    { line: "rules list --disable '*' --enable tag:container", doc: 'Which rules have a tag?' },
    { line: 'rules list --rules my-rules --json', doc: 'Own rules, as one JSON array.' },
  ],
  exits: ['ok', 'inputErrors'],
  run: async (input, context) => {
    const [{ loadAndReport }, { renderRules }] = await Promise.all([import('../loaded-rules.ts'), import('../rules-text.ts')])
    const { ruleSet, errors } = loadAndReport(ruleChoiceOf(input, context.shippedRules), context, input.json, false)
    const rules: readonly LinkedRule[] = ruleSet.rules
    context.stdout.write(renderRules(rules, { json: input.json, verbose: input.verbose, colour: colourOf(input.color, context) }))
    return errors === 0 ? EXIT.ok : EXIT.inputErrors
  },
})
