import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { FOLDED_KINDS } from '../events/folded-kinds.ts'
import type { KindName } from '../events/kinds.ts'
import type { BoundCheck } from '../lang/bound.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createPlanner, type Plan } from '../lang/plan.ts'
import { countsRepeats } from './counts-repeats.ts'

/** All checks of a condition. */
function checksOf(condition: string): readonly BoundCheck[] {
  const text = `- rule: r\n  desc: d\n  condition: ${JSON.stringify(condition)}\n  output: o\n  priority: INFO\n`
  const [rule] = loadRules([{ path: 'x', text }], { vocabulary: VOCABULARY }).rules
  if (rule === undefined) throw new Error(`no rule: ${condition}`)
  return within(createPlanner(VOCABULARY).plan(rule.expression))
}

function within(plan: Plan): readonly BoundCheck[] {
  if (plan.kind === 'constant') return []
  if (plan.kind === 'test') return [plan.check]
  return plan.kind === 'not' ? within(plan.child) : plan.children.flatMap(within)
}

const CASES: readonly [condition: string, kind: KindName, counts: boolean][] = [
  ['fd.name = /etc/shadow and proc.name = cat', 'file.open', false],
  ['evt.is_open_write = true and fd.typechar = f and fd.num >= 0', 'file.open', false],
  ['evt.rawres < 0 and user.uid = 0', 'file.open', false],
  ['not proc.pname in (sshd, cron) and container.id = host', 'file.open', false],
  ['evt.arg.flags contains O_TRUNC', 'file.open', false],
  ['tolower(fd.filename) = shadow', 'file.open', false],
  ['evt.rawres in (0, -115)', 'net.connect', false],
  ['evt.rawres >= 0', 'inject.ptrace', false],
  ['evt.rawres > 8', 'inject.process_vm', true],
  ['evt.rawres >= 0', 'syscall.compat', true],
  ['evt.arg.mode contains S_ISUID', 'file.open', false],
  ['fd.num > 2', 'file.open', true],
  ['evt.rawres >= 3', 'file.open', true],
  ['thread.tid = 7', 'file.open', true],
  ['not thread.tid = 7', 'file.open', true],
  ['evt.num > 100', 'file.open', true],
  ['evt.time startswith 03', 'file.open', true],
  ['fd.nameraw contains ..', 'file.open', true],
  ['evt.arg.name contains ..', 'file.open', true],
  ['proc.cwd = /tmp', 'file.open', true],
  ['file.setuid = true', 'file.open', true],
  ['proc.duration < 1000', 'file.open', true],
  ['fd.sip = 10.0.0.1 and fd.sport = 443', 'net.connect', false],
  ['fd.lport = 4444', 'net.connect', true],
  ['fd.name contains 4444', 'net.connect', true],
  ['fd.lport = 22', 'net.accept', false],
  ['fd.cport = 4444', 'net.accept', true],
  ['target.name = sshd', 'inject.ptrace', true],
  ['memory.length > 4096', 'memory.protect', true],
  ['evt.num > 100', 'file.rename', false],
]

test.each(CASES)('%s of %s tells equal events apart: %s', (condition, kind, counts) => {
  expect(countsRepeats(kind, checksOf(condition))).toBe(counts)
})

test('what no list knows is taken to differ', () => {
  const of = (name: string) => [...FOLDED_KINDS].filter((kind) => !countsRepeats(kind, checksOf(`${name} exists`)))
  expect(['evt.id', 'evt.cpu', 'evt.rawtime', 'thread.vtid', 'fd.uid', 'proc.vmrss', 'evt.count'].flatMap(of)).toEqual([])
})
