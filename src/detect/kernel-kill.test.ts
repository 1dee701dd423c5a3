import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createEngine } from './engine.ts'
import { deriveKernelKill, type KernelKill } from './kernel-kill.ts'

function derived(condition: string, more: object = {}): KernelKill {
  const item = { rule: 'R', desc: 'A test.', condition, output: 'o', priority: 'NOTICE', ...more }
  const { rules, planner } = createEngine(
    loadRules([{ path: 'r.yaml', text: JSON.stringify([item]) }], { vocabulary: VOCABULARY }),
    VOCABULARY,
  )
  return deriveKernelKill(rules, planner)
}

const DUP = 'evt.type in (dup, dup2, dup3, fcntl) and fd.type in (ipv4, ipv6)'

test.each([
  ['what its class decides', DUP],
  ['programs, but for some', `${DUP} and not proc.exepath in (/usr/sbin/sshd, /usr/sbin/xinetd)`],
  ['a name, or a user', `${DUP} and (proc.name = nc or user.uid in (0, 33))`],
  ['an exec of a program', 'evt.type = execve and proc.exepath = /tmp/x'],
])('qualifies: %s', (_, condition) => {
  const { terms, verdicts } = derived(condition)
  expect([terms.length > 0, verdicts.map(({ qualifies }) => qualifies)]).toEqual([true, [true]])
})

test.each([
  ['a check of a text that the kernel side does not make', `${DUP} and proc.cmdline contains x`, 'proc.cmdline contains x'],
  ['a beginning of a path', `${DUP} and proc.exepath startswith /tmp`, 'proc.exepath startswith /tmp'],
  ['a forebear', `${DUP} and not proc.pname = sshd`, 'proc.pname = sshd'],
  ['a container', `${DUP} and container.id != host`, 'container.id != host'],
  ['a part that need not hold', `${DUP} and (proc.name = nc or proc.cmdline contains x)`, 'proc.cmdline contains x'],
  ['a path that is too long', `${DUP} and proc.exepath = /${'a'.repeat(63)}`, 'proc.exepath'],
  ['a name that is no plain text', `${DUP} and proc.name = "ä"`, 'proc.name'],
  ['another kind of event', 'evt.type = openat and fd.name = /etc/shadow', 'of no kind at which'],
])('does not qualify: %s', (_, condition, why) => {
  const { terms, verdicts } = derived(condition)
  expect(terms).toEqual([])
  expect(verdicts).toHaveLength(1)
  expect(verdicts[0]?.why).toContain(why)
})

test('a rule in shadow kills nobody', () => {
  expect(derived(DUP, { shadow: true }).verdicts).toEqual([{ rule: 'R', kind: undefined, qualifies: false, why: 'it is in shadow' }])
})

test('classes are those for which the condition holds, and no more', () => {
  const { terms } = derived('evt.type = dup2 and evt.rawres = 0 and fd.type = ipv4')
  expect(terms.map(({ classes }) => classes.flatMap((holds, number) => (holds ? [number] : [])))).toEqual([[0 + 3 * (2 + 6 * 1)]])
})

test('whom a first thread called MainThread belongs to the kernel side cannot tell: it is never killed for its name', () => {
  expect(derived(`${DUP} and proc.name != nc`).terms.map(({ comm }) => comm)).toEqual([{ in: undefined, not: ['nc', 'MainThread'] }])
  expect(derived(`${DUP} and proc.name = MainThread`)).toMatchObject({ terms: [], verdicts: [{ qualifies: false }] })
})

test('a value that is asked for and excluded is none', () => {
  expect(derived(`${DUP} and proc.name in (a, b) and not proc.name in (b)`).terms.map(({ comm }) => comm)).toEqual([
    { in: ['a'], not: ['b', 'MainThread'] },
  ])
  expect(derived(`${DUP} and proc.name in (b) and not proc.name in (b)`).verdicts[0]?.why).toBe(
    'its condition cannot hold for such an event',
  )
})
