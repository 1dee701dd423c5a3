import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { loadRules } from '../lang/load-rules.ts'
import { namedFiles } from './named-files.ts'

function namesIn(condition: string, enabled = true): string[] {
  const text = `- list: hashes
  items: [/etc/shadow, /etc/gshadow]
- macro: secret
  condition: (fd.name in (hashes) or fd.name = /etc/sudoers)
- rule: r
  desc: d
  condition: evt.type = openat and ${condition}
  output: o
  priority: NOTICE
  enabled: ${enabled}
`
  return [...namedFiles(loadRules([{ path: 'r.yaml', text }], { vocabulary: VOCABULARY }).rules)]
}

test.each([
  ['through macros, lists and not', 'not secret', ['/etc/shadow', '/etc/gshadow', '/etc/sudoers']],
  ['no part of a path', 'fd.name startswith /etc/', []],
  ['no other field', 'proc.exepath = /usr/bin/cat', []],
  ['no connection', 'fd.name = "1.2.3.4:5->6.7.8.9:10"', []],
])('paths are found %s', (_, condition, names) => expect(namesIn(condition)).toEqual(names))

test('a rule that is off names nothing', () => expect(namesIn('secret', false)).toEqual([]))
