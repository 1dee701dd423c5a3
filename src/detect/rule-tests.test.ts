import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { loadRules } from '../lang/load-rules.ts'
import { runRuleTests } from './rule-tests.ts'

const run = (tests: string) =>
  runRuleTests(
    loadRules(
      [
        {
          path: 'a.yaml',
          text: `- rule: r\n  desc: d\n  priority: INFO\n  output: o\n  enabled: false\n  condition: evt.type = execve and proc.name = cat\n  tests:\n${tests}`,
        },
      ],
      { vocabulary: VOCABULARY },
    ),
    VOCABULARY,
    () => [],
  )

test('tests pass, also of a rule that is off', () => {
  const tests = `    - {name: hit, match: true, event: {evt.type: execve, proc.name: cat}}
    - {match: false, events: [{evt.type: execve, proc.name: dog}, {evt.type: open, proc.name: cat}]}
    - {match: true, events: [{evt.type: execve, proc.name: dog}, {evt.type: execve, proc.name: cat}]}
`
  expect(run(tests)).toEqual([
    { rule: 'r', test: 'hit', file: 'a.yaml', line: 8, passed: true, reasons: [] },
    { rule: 'r', test: '2', file: 'a.yaml', line: 9, passed: true, reasons: [] },
    { rule: 'r', test: '3', file: 'a.yaml', line: 10, passed: true, reasons: [] },
  ])
})

test('a failure says why', () => {
  const tests = `    - {match: true, event: {evt.type: execve, proc.name: dog}}
    - {match: false, event: {evt.type: execve, proc.name: cat}}
    - {match: false, event: {evt.type: execve, proc.nmae: cat}}
`
  expect(run(tests).map(({ passed, reasons }) => [passed, reasons])).toEqual([
    [false, ['does not match: false is proc.name = cat, with the value dog']],
    [false, ['event 1 matches, and must not']],
    [false, ['proc.nmae is no field']],
  ])
})
