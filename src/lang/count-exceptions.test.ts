import { expect, test } from 'vitest'
import type { FlatEvent } from '../events/event.ts'
import type { FieldDefinition, FieldValue, Vocabulary } from '../events/field.ts'
import { compileRule } from './compile-rule.ts'
import { loadRules } from './load-rules.ts'

const field = (name: string): FieldDefinition => ({
  name,
  type: 'string',
  doc: name,
  example: '',
  bind: () => (event) => (event.kind === 'flat' ? (event.values[name] as FieldValue | undefined) : undefined),
})
const FIELDS = new Map(['evt.type', 'proc.name', 'fd.name'].map((name) => [name, field(name)]))
const vocabulary: Vocabulary = { names: [...FIELDS.keys()], field: (name) => FIELDS.get(name) }

const EXCEPTIONS = `  exceptions:
    - {name: tools, fields: proc.name, values: [cat, less]}
    - {name: pair, fields: [proc.name, fd.name], values: [[vim, /a]]}
    - {name: old, fields: proc.name, values: [dog], expires: 2026-01-01}
    - {name: empty, fields: proc.name}`
const SINGLE = `- rule: r
  desc: d
  priority: INFO
  output: o
  condition: evt.type = open or evt.type = openat
${EXCEPTIONS}`
const SEQUENCE = `- rule: r
  desc: d
  priority: INFO
  output: o
  sequence:
    within: 1s
    steps:
      - {name: a, condition: evt.type = open or evt.type = openat}
      - {name: b, condition: evt.type = connect}
${EXCEPTIONS}`

const event = (type: string, name: string, path = '/x'): FlatEvent => ({
  ...{ id: '1', source: 'syscall', kind: 'flat', type, number: 1, timeNs: 0 },
  values: { 'evt.type': type, 'proc.name': name, 'fd.name': path },
})

function matching(text: string, one: FlatEvent, today = '2026-01-02'): string[] {
  const { rules } = loadRules([{ path: 'r.yaml', text }], { vocabulary, countExceptions: true, today })
  return rules.filter((rule) => compileRule(rule, vocabulary).matches(one)).map(({ name }) => name)
}

test.each([
  ['a rule about single events', SINGLE],
  ['a sequence', SEQUENCE],
])('what an exception of %s takes out is counted under its name', (_, text) => {
  expect(matching(text, event('openat', 'less'))).toEqual(['r, exception tools'])
  expect(matching(text, event('open', 'vim', '/a'))).toEqual(['r, exception pair'])
  expect(matching(text, event('open', 'vim', '/b'))).toEqual(['r'])
  expect(matching(text, event('open', 'dog'))).toEqual(['r'])
  expect(matching(text, event('open', 'dog'), '2026-01-01')).toEqual(['r, exception old'])
  expect(matching(text, event('kill', 'cat'))).toEqual([])
})

test('such rules are in shadow, and are there only where they are asked for', () => {
  const load = (countExceptions: boolean) =>
    loadRules([{ path: 'r.yaml', text: SINGLE }], { vocabulary, countExceptions, today: '2026-01-02' }).rules
  expect(load(true).map(({ name, shadow }) => [name, shadow])).toEqual([
    ['r', false],
    ['r, exception tools', true],
    ['r, exception pair', true],
  ])
  expect(load(false).map(({ name, exceptions }) => [name, exceptions.map((one) => one.expired)])).toEqual([
    ['r', [false, false, true, false]],
  ])
})
