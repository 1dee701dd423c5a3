import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { compileRule } from '../lang/compile-rule.ts'
import { loadRules } from '../lang/load-rules.ts'
import { explainNearMiss, explanationLines } from './explain.ts'
import { flatEvent } from './flat-event.ts'
import { flatVocabulary } from './flat-vocabulary.ts'

const TEXT = `- macro: shell
  condition: proc.name in (bash, sh)
- rule: r
  desc: d
  priority: INFO
  output: o
  condition: evt.type = execve and shell and (user.name = root or user.uid = 0) and not proc.pname = sshd
`
const flat = flatVocabulary(VOCABULARY)

function rule() {
  const [linked] = loadRules([{ path: 'a.yaml', text: TEXT }], { vocabulary: flat }).rules
  if (linked === undefined) throw new Error('the rule was not loaded')
  return compileRule(linked, flat)
}

test.each<[string, Record<string, unknown>, readonly string[] | undefined]>([
  ['a match is no miss', { 'evt.type': 'execve', 'proc.name': 'sh', 'user.name': 'root' }, undefined],
  ['an event of another type has nothing to do with the rule', { 'evt.type': 'open', 'proc.name': 'sh' }, undefined],
  ['an event that fails at once is not near', { 'evt.type': 'execve', 'proc.name': 'cat' }, undefined],
  [
    'of several of which one must hold, all are told',
    { 'evt.type': 'execve', 'proc.name': 'sh', 'user.name': 'ana' },
    [
      '+ evt.type = execve  [execve]',
      '+ proc.name in (bash, sh)  [sh]  in shell',
      '- user.name = root  [ana]',
      '- user.uid = 0  [<NA>]',
      '= false: user.name = root or user.uid = 0  [ana]',
    ],
  ],
  [
    'what must not hold is told with its not',
    { 'evt.type': 'execve', 'proc.name': 'sh', 'user.uid': 0, 'proc.pname': 'sshd' },
    [
      '+ evt.type = execve  [execve]',
      '+ proc.name in (bash, sh)  [sh]  in shell',
      '- user.name = root  [<NA>]',
      '+ user.uid = 0  [0]',
      '+ proc.pname = sshd  [sshd]',
      '= false: not proc.pname = sshd  [sshd]',
    ],
  ],
])('%s', (_, values, expected) => {
  const explanation = explainNearMiss(rule(), flatEvent(values, 1))
  expect(explanation && explanationLines(explanation)).toEqual(expected)
})
