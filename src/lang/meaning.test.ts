import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { loadRules } from './load-rules.ts'
import { meaningOf } from './meaning.ts'

const BASE = {
  list: '[sh, bash]',
  macro: 'proc.name in (shells)',
  condition: 'evt.type = execve and is_shell',
  more: 'threshold: {by: proc.pid, count: 2, within: 1s}',
  desc: 'd',
}

function meaning(changed: Partial<typeof BASE>): string {
  const { list, macro, condition, more, desc } = { ...BASE, ...changed }
  const text = `
- list: shells
  items: ${list}
- macro: is_shell
  condition: ${macro}
- rule: r
  desc: ${desc}
  condition: ${condition}
  output: o
  priority: INFO
  ${more}
`
  const { rules } = loadRules([{ path: 'r', text }], { vocabulary: VOCABULARY })
  expect(rules).toHaveLength(1)
  return meaningOf(rules[0] as (typeof rules)[number])
}

test.each<[string, Partial<typeof BASE>, boolean]>([
  ['its description', { desc: 'other words, on a longer line' }, true],
  ['blanks', { condition: 'evt.type   = execve   and is_shell' }, true],
  ['a list', { list: '[sh, dash]' }, false],
  ['a macro', { macro: 'proc.name in (shells) and user.uid = 0' }, false],
  ['its condition', { condition: 'evt.type = execveat and is_shell' }, false],
  ['what it asks of several events', { more: 'threshold: {by: proc.pid, count: 3, within: 1s}' }, false],
])('%s', (_, changed, same) => {
  expect(meaning(changed) === meaning({})).toBe(same)
})

test('a macro that a step of a sequence uses', () => {
  const sequence = (macro: string): string => {
    const text = `
- macro: secret
  condition: ${macro}
- rule: r
  desc: d
  output: o
  priority: INFO
  sequence:
    by: proc.pid
    within: 1s
    steps:
      - {name: a, condition: evt.type = openat and secret}
      - {name: b, condition: evt.type = connect}
`
    const [rule] = loadRules([{ path: 'r', text }], { vocabulary: VOCABULARY }).rules
    return rule === undefined ? '' : meaningOf(rule)
  }
  expect(sequence('fd.name = /etc/shadow')).not.toBe(sequence('fd.name = /etc/passwd'))
})
