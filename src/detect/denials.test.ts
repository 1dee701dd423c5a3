import { expect, test } from 'vitest'
import { DENIAL_FACTS_OF, type DenialKind, type DenialTerm, type SureTest, type SureValue } from '../events/denial.ts'
import type { Event } from '../events/event.ts'
import { VOCABULARY } from '../events/fields.ts'
import { sampleEvent, sampleProcess } from '../events/sample-event.ts'
import { loadRules } from '../lang/load-rules.ts'
import { deriveDenials } from './denials.ts'
import { createEngine } from './engine.ts'

function derived(condition: string, more: object = {}, quiet: readonly string[] = []) {
  const item = { rule: 'R', desc: 'A test.', condition, output: 'o', priority: 'NOTICE', prevent: true, ...more }
  const loaded = loadRules([{ path: 'r.yaml', text: JSON.stringify([item]) }], { vocabulary: VOCABULARY })
  const engine = createEngine(loaded, VOCABULARY)
  return { engine, verdicts: deriveDenials(engine.rules, engine.planner, quiet) }
}

const OPEN = 'evt.type in (open, openat, openat2)'

test.each([
  ['a program by its file', 'evt.type in (execve, execveat) and proc.exepath startswith /tmp/'],
  ['a file by its place, but for some programs', `${OPEN} and fd.name pmatch (/models) and not proc.exepath in (/usr/bin/server)`],
  ['a network', 'evt.type = connect and fd.snet in (10.0.0.0/8) and not fd.sport in (443)'],
  ['a Unix socket', 'evt.type = connect and fd.name = /run/docker.sock'],
  ['a mount', 'evt.type in (mount, move_mount) and mount.fstype = overlay'],
  ['an attachment', 'evt.type = ptrace and evt.arg.request in (PTRACE_ATTACH, PTRACE_SEIZE) and target.name = sshd'],
  ['a program of BPF', 'evt.type = bpf and evt.rawres >= 0 and evt.arg.cmd = BPF_PROG_LOAD'],
  ['a module', 'evt.type in (init_module, finit_module) and not proc.pname = modprobe'],
  ['a new user', 'evt.type = setuid and user.uid = 0 and container.id = host'],
])('is enforced whole: %s', (_, condition) => {
  expect(derived(condition).verdicts.map(({ whole, terms, why }) => [whole, terms.length > 0, why])).toEqual([[true, true, '']])
})

test.each([
  [
    'of two alternatives, the one that the kernel can tell',
    'evt.type = bpf and (proc.name = nc or proc.cmdline contains x)',
    1,
    'proc.cmdline contains x',
  ],
  ['a call without a hook', 'evt.type in (finit_module, delete_module)', 1, 'delete_module'],
  ['nothing where a part hangs on the command line', 'evt.type = bpf and proc.cmdline contains x', 0, 'proc.cmdline contains x'],
  ['nothing where it hangs on the container', 'evt.type = setuid and container.id != host', 0, 'container.id != host'],
  ['nothing of a text that is too long', `evt.type = bpf and proc.exepath = /${'a'.repeat(63)}`, 0, 'proc.exepath'],
  ['nothing of a request that has no hook', 'evt.type = ptrace and evt.arg.request = PTRACE_POKETEXT', 0, 'cannot hold'],
  ['nothing of what failed', 'evt.type = setuid and evt.rawres < 0', 0, 'cannot hold'],
])('is enforced in part: %s', (_, condition, count, why) => {
  const { verdicts } = derived(condition)
  expect(verdicts.map(({ whole, terms }) => [whole, terms.length])).toEqual([[false, count]])
  expect(verdicts[0]?.why).toContain(why)
})

test('whose first thread is called MainThread has no name that the kernel can tell', () => {
  const commOf = (condition: string) => derived(`evt.type = bpf and ${condition}`).verdicts[0]?.terms.map(({ tests }) => tests.comm?.none)
  expect(commOf('not proc.name = node')).toEqual([['node', 'MainThread'].map((text) => ({ kind: 'text', text }))])
  expect(commOf('proc.name = MainThread')).toEqual([])
})

test('a rule in shadow is told, and does not act', () => {
  expect(derived('evt.type = bpf', { shadow: true }).verdicts[0]?.terms.map(({ acts }) => acts)).toEqual([false])
})

test('a rule without the mark is none of ours', () => {
  expect(derived('evt.type = bpf', { prevent: false }).verdicts).toEqual([])
})

test('what the agent lives on is excepted', () => {
  const [verdict] = derived(`${OPEN} and fd.name startswith /var/`, {}, ['/var/lib/tarsier/']).verdicts
  expect(verdict?.terms.map(({ tests }) => tests.path?.none)).toEqual([[{ kind: 'beginning', text: '/var/lib/tarsier/' }]])
})

/** What the kernel side makes of a term, over facts as it has them. */
function holds({ classes, tests, onHost }: DenialTerm, number: number, facts: Readonly<Record<string, string | number>>): boolean {
  if (classes[number] !== true || (onHost && facts.host !== 1)) return false
  return Object.entries(tests as Record<string, SureTest>).every(([fact, { any, none }]) => {
    const value = facts[fact]
    if (value === undefined) return false
    return (any === undefined || any.some((one) => satisfies(one, value))) && !none.some((one) => satisfies(one, value))
  })
}

function satisfies(test: SureValue, value: string | number): boolean {
  if (test.kind === 'number') return test.number === value
  if (test.kind === 'net') return false
  return test.kind === 'text' ? test.text === value : String(value).startsWith(test.text)
}

const CONDITIONS = [
  'fd.name=/a/b',
  'fd.name!=/a/b',
  'not fd.name in (/a/b, /x/c)',
  'fd.name startswith /a',
  'fd.name startswith /a and fd.name startswith /a/ and fd.name != /a/b/c',
  'fd.name pmatch (/a/b) or fd.name = /x/c',
  'not (fd.name startswith /a or proc.name = bash)',
  'proc.exepath=/usr/bin/bash and user.uid in (0, 1000)',
  'not (user.uid = 1000 and fd.name = /x/c)',
  'proc.pname=sshd or not proc.pname=cron',
  'container.id=host and fd.name=/a/b',
  'evt.is_open_read=true and not evt.is_open_create=true',
  "fd.typechar='f' or evt.is_open_write=true",
  'fd.num>=0 and evt.rawres<4 or fd.name=/x/c',
  'not proc.cmdline contains x or fd.name=/a/b',
  'proc.cmdline contains x and fd.name=/a/b or user.uid=1000',
]

test.each(CONDITIONS)('an open, %s: what the kernel denies the rule finds, and all of it where no check is foreign', (condition) => {
  const kind: DenialKind = 'file.open'
  const { engine, verdicts } = derived(`evt.type in (open, openat, openat2, creat, open_by_handle_at) and (${condition})`)
  const [verdict] = verdicts
  const { classes, samples } = DENIAL_FACTS_OF[kind]
  const process = { ...sampleProcess(), parent: sampleProcess({ comm: 'sshd' }) }
  for (const path of ['/a/b', '/a/b/c', '/ab', '/x/c'])
    for (let number = 0; number < classes; number++) {
      const facts = { path, exe: '/usr/bin/bash', comm: 'bash', parentComm: 'sshd', euid: 1000, host: 1 }
      const denied = verdict?.terms.some((term) => holds(term, number, facts)) ?? false
      const found = samples(number).map((values) => {
        const event = sampleEvent(kind, { ...values, path, rawPath: path, uid: 1000 }, { process }) as Event
        return engine.evaluate(event, () => {}) > 0
      })
      if (denied) expect(found, `${path} ${number}`).not.toContain(false)
      else if (verdict?.whole) expect(found, `${path} ${number}`).toContain(false)
    }
})
