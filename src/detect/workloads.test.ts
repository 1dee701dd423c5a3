/** Where a rule is of another priority, or off. */
import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createEngine } from './engine.ts'
import { createFindingMaker } from './finding.ts'
import { flatEvent } from './flat-event.ts'
import { flatVocabulary } from './flat-vocabulary.ts'
import { runRuleTests } from './rule-tests.ts'

const RULE = `
- rule: r
  desc: d
  condition: evt.type = open
  output: o
  priority: ERROR
  workloads:
    - { where: user.name = build, enabled: false }
    - { where: user.name startswith b, priority: NOTICE }
  tests:
    - { match: false, event: { evt.type: open, user.name: build } }
    - { match: true, event: { evt.type: open, user.name: bob } }
- rule: r
  workloads:
    - { where: user.name = bea, priority: CRITICAL }
  override: { workloads: append }
`

const vocabulary = flatVocabulary(VOCABULARY)
const { rules } = loadRules([{ path: 'r.yaml', text: RULE }], { vocabulary })
const engine = createEngine({ rules }, vocabulary, { matching: 'all' })

test.each([
  ['build', undefined],
  ['bob', 'notice'],
  ['bea', 'critical'],
  ['ana', 'error'],
])('of %s the priority is %s', (name, priority) => {
  const event = flatEvent({ 'evt.type': 'open', 'user.name': name }, 1)
  const [rule] = engine.rules
  expect(rule?.priorityFor(event)).toBe(priority)
  if (rule === undefined || priority === undefined) return
  expect(createFindingMaker({ hostname: 'h', nextNumber: () => 1 })(rule, event).priority).toBe(priority)
})

test('a test of the rule sees it off', () => {
  expect(runRuleTests({ rules }, VOCABULARY, () => []).map(({ passed }) => passed)).toEqual([true, true])
})
