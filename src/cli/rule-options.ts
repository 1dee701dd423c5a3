/** Options that choose rules; every command that loads rules has them. */
import type { RuleChoice } from '../lang/rule-choice.ts'
import { choice, flag, texts, type ValuesOf } from './option.ts'
import { priorityOf, priorityOption } from './priority-option.ts'

export const RULE_OPTIONS = {
  rules: texts('PATH', 'Rule files, or folders of them. Default: the rules that come with Tarsier.', 'variadic'),
  strict: flag('Stop when any rule has an error. Without it, the good rules run and the errors are said.'),
  matching: choice(
    ['all', 'first'],
    'Whether one event may match several rules, or only the first in order of definition, as Falco does. Default: all.',
  ),
  priority: priorityOption('Load only rules'),
  enable: texts('PATTERN', 'Switch on rules by name (with * and ?) or by tag (tag:x). Applied after --disable.', 'repeat'),
  disable: texts('PATTERN', 'Switch off rules by name (with * and ?) or by tag (tag:x).', 'repeat'),
} as const

/** `shipped` stands where no rules are given. */
export function ruleChoiceOf(values: ValuesOf<typeof RULE_OPTIONS>, shipped: string): RuleChoice {
  const { rules, strict, matching, priority, enable, disable } = values
  return {
    paths: rules.length === 0 ? [shipped] : rules,
    strict,
    matching: matching ?? 'all',
    priority: priorityOf(priority),
    enable,
    disable,
  }
}
