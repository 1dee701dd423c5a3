/** Rules, their tests and their trials on history, as JSON. */
import Type from 'typebox'
import type { Backtest, RuleDetail, RuleException, RuleSummary, RuleTestOutcome } from '../services.ts'
import { findingShape, priorityShape } from './finding-shape.ts'
import { count, nounShape, oneOf, optionalText, record, timeNs, words } from './shape.ts'

const SUMMARY = {
  name: Type.String(),
  desc: Type.String(),
  priority: priorityShape(),
  enabled: Type.Boolean(),
  shadow: Type.Boolean({ description: 'It is tried, but makes no findings.' }),
  origin: oneOf(['shipped', 'local', 'file'], '`local`: made in the console.'),
  tags: words(),
  techniques: words(),
  confidence: oneOf(['low', 'medium', 'high']),
  form: Type.String({ description: '`condition`, `sequence`, `threshold`, `first_seen`.' }),
  exceptions: count(),
  tests: count(),
  proven: Type.Boolean({ description: 'Its attack was found on a real kernel, and nothing has changed since.' }),
  overridden: Type.Boolean({ description: 'Somebody changed here whether and how it runs.' }),
} as const

const exceptionShape = nounShape<RuleException>()('RuleException', 'What a rule keeps silent about.', {
  name: Type.String(),
  fields: words(),
  comps: words(),
  values: Type.Array(Type.Array(Type.Union([Type.String(), words()]))),
  owner: Type.String(),
  reason: Type.String(),
  expires: Type.Optional(Type.String({ description: 'Last day on which it holds.', examples: ['2026-12-31'] })),
  managed: Type.Boolean({ description: 'Made here; only these can be taken away here.' }),
})

export const ruleSummaryShape = nounShape<RuleSummary>()('RuleSummary', 'A rule in a list.', SUMMARY)

export const ruleDetailShape = nounShape<RuleDetail>()('RuleDetail', 'A rule with its text.', {
  ...SUMMARY,
  why: optionalText(),
  condition: Type.String(),
  output: Type.String(),
  yaml: Type.String(),
  file: Type.String(),
  line: count(),
  exceptionList: Type.Array(exceptionShape),
  noise: optionalText(),
})

export const testOutcomeShape = nounShape<RuleTestOutcome>()('RuleTestOutcome', 'What a test of a rule came to.', {
  rule: Type.String(),
  test: Type.String(),
  line: count(),
  passed: Type.Boolean(),
  reasons: words(),
})

export const backtestShape = nounShape<Backtest>()('Backtest', 'A rule tried on history.', {
  id: Type.String(),
  state: oneOf(['running', 'done', 'cancelled', 'failed']),
  range: record({ fromNs: timeNs('From.'), toNs: timeNs('To.') }),
  scanned: count(),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  findings: count(),
  perDay: Type.Array(record({ timeNs: timeNs('The beginning of the day.'), count: count() })),
  samples: Type.Array(findingShape, { description: 'The newest, at most 50.' }),
  unknownFields: Type.Array(Type.String(), { description: 'Fields that the rule asks and history does not keep.' }),
  error: optionalText(),
})
