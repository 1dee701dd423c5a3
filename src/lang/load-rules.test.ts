import { describe, expect, test } from 'vitest'
import type { FieldDefinition, Vocabulary } from '../events/field.ts'
import { renderDiagnostic } from './diagnostic.ts'
import { loadRules, type RuleSelector } from './load-rules.ts'

const text = (name: string): FieldDefinition => ({ name, type: 'string', doc: '', example: '', bind: () => () => undefined })
const FIELDS = new Map(['evt.type', 'proc.name', 'ka.verb'].map((name) => [name, text(name)]))
const vocabulary: Vocabulary = { field: (name) => FIELDS.get(name), names: [...FIELDS.keys()] }

const rule = (name: string, more = ''): string =>
  `- rule: ${name}\n  desc: d\n  priority: INFO\n  output: o\n  condition: evt.type = open\n${more}`

const enabled = (files: string, options: Partial<Parameters<typeof loadRules>[1]>): string[] =>
  loadRules([{ path: 'a.yaml', text: files }], { vocabulary, ...options }).rules.flatMap((one) => (one.enabled ? [one.name] : []))

describe('rules are switched', () => {
  const rules = rule('read', '  tags: [fs, low]\n') + rule('write', '  tags: [fs]\n  enabled: false\n') + rule('net')

  test.each<[string, readonly RuleSelector[], string[]]>([
    ['as they say themselves', [], ['read', 'net']],
    ['by name', [{ action: 'disable', rule: 'net' }], ['read']],
    ['by a glob', [{ action: 'enable', rule: '*r*te' }], ['read', 'write', 'net']],
    ['by a tag', [{ action: 'disable', tag: 'fs' }], ['net']],
    [
      'by the last that fits',
      [
        { action: 'disable', rule: '*' },
        { action: 'enable', tag: 'low' },
      ],
      ['read'],
    ],
  ])('%s', (_, selectors, expected) => {
    expect(enabled(rules, { selectors })).toEqual(expected)
  })

  test('by their priority', () => {
    const urgent = rule('urgent').replace('INFO', 'critical')
    expect(enabled(rules + urgent, { minimumPriority: 'error' })).toEqual(['urgent'])
    expect(enabled(rules + urgent, { minimumPriority: 'informational' })).toEqual(['read', 'net', 'urgent'])
  })
})

test('a rule set has its lists and macros by name', () => {
  const files = '- list: a\n  items: [x, y]\n- list: b\n  items: [a, z]\n- macro: m\n  condition: proc.name in (b)\n'
  const { lists, macros } = loadRules([{ path: 'a.yaml', text: files }], { vocabulary })
  expect([...lists]).toEqual([
    ['a', ['x', 'y']],
    ['b', ['x', 'y', 'z']],
  ])
  expect([...macros]).toEqual([['m', 'proc.name in (b)']])
})

test('a linked rule tells where it stands and what it was made of', () => {
  const files = rule('r', '  tags: [a, a]\n  why: because\n').replace('evt.type = open', 'evt.type = open and opened')
  const [linked] = loadRules([{ path: 'a.yaml', text: `- macro: opened\n  condition: proc.name exists\n${files}` }], { vocabulary }).rules
  expect(linked).toMatchObject({
    name: 'r',
    why: 'because',
    tags: ['a'],
    priority: 'informational',
    source: 'syscall',
    condition: 'evt.type = open and opened',
    output: 'o',
    position: { file: 'a.yaml', line: 3, column: 9 },
  })
})

test('comparing with <NA> is warned of for fields of plugins', () => {
  const files = rule('r', '  source: k8s_audit\n').replace('evt.type = open', 'ka.verb != "<NA>" and proc.name != "<NA>"')
  const { diagnostics } = loadRules([{ path: 'a.yaml', text: files }], { vocabulary })
  expect(diagnostics.map((problem) => problem.code)).toEqual(['LOAD_UNSAFE_NA_CHECK'])
})

test('colour is used where it is asked for, and control characters of a file are never shown', () => {
  const { diagnostics } = loadRules([{ path: 'a.yaml', text: rule('r').replace('open', '"\x1b[31mopen"') }], { vocabulary })
  const [problem] = diagnostics
  if (problem === undefined) throw new Error('no problem was found')
  expect(renderDiagnostic(problem)).not.toMatch(/\x1b/)
  expect(renderDiagnostic(problem, { color: true })).toContain('\x1b[31merror\x1b[0m')
})
