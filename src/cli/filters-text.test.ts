import { expect, test } from 'vitest'
import { createEngine } from '../detect/engine.ts'
import { deriveInterest } from '../detect/interest.ts'
import { VOCABULARY } from '../events/fields.ts'
import { loadRules } from '../lang/load-rules.ts'
import { renderFilters } from './filters-text.ts'

const text = (condition: string, verbose = false): string => {
  const rule = { rule: 'Tried', desc: 'A test.', condition, output: '-', priority: 'NOTICE' }
  const set = loadRules([{ path: 'test', text: JSON.stringify([rule]) }], { vocabulary: VOCABULARY })
  const { rules, planner } = createEngine(set, VOCABULARY)
  const { interest, why } = deriveInterest(rules, planner)
  const kinds = [...interest].map(([kind, terms]) => ({ kind, terms: terms.length, reaches: why.filter((one) => one.kind === kind) }))
  return renderFilters({ rules: 1, kinds }, { json: false, verbose, colour: false })
}

test.each([
  ['a path', 'evt.type = openat and fd.name = /etc/shadow', 'path /etc/shadow\n'],
  ['alternatives', 'evt.type = openat and fd.name in (/a, /b) and proc.name = cat', 'path one of /a, /b and proc.name cat'],
  ['the first of many', 'evt.type = openat and fd.name in (/a, /b, /c, /d, /e, /f)', 'path one of /a, /b, /c, /d and 2 more'],
  ['the form of the call', 'evt.type = openat and evt.is_open_write = true', '    to write or to read and write'],
  ['a rule without a test as wide', 'evt.type = openat and proc.cmdline contains x', '  Tried (wide)\n    every event'],
  ['what only the agent checks', 'evt.type = openat and proc.cmdline contains x', 'only the agent checks: proc.cmdline contains x'],
  [
    'what a new socket is',
    'evt.type = socket and evt.rawres >= 0 and evt.arg.domain contains AF_INET and evt.arg.type = 3',
    '    other family or IPv4 or IPv6, ok, raw or other type\n',
  ],
  [
    'kinds of which nothing passes',
    'evt.type = openat and fd.name = /a',
    'Nothing passes, since no rule wants it: net.socket, net.connect',
  ],
])('shows %s', (_, condition, shown) => {
  expect(text(condition)).toContain(shown)
})

test('names chosen by an attacker cannot act on a terminal', () => {
  expect(text('evt.type = openat and fd.name = "/\u001b[31m"')).not.toContain('\u001b')
})
