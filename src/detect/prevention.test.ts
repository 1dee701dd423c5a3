import { expect, test } from 'vitest'
import type { DenialKind } from '../events/denial.ts'
import { VOCABULARY } from '../events/fields.ts'
import { type DecisionNode, type PreventedKind, SITUATIONS } from '../events/prevention.ts'
import { sampleEvent, sampleProcess } from '../events/sample-event.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createEngine } from './engine.ts'
import { derivePrevention } from './prevention.ts'
import { valuesOfSituation } from './prevention-facts.ts'

function derive(condition: string, keys: Readonly<Record<string, unknown>> = {}) {
  const rule = { rule: 'r', desc: 'd', condition, output: 'o', priority: 'NOTICE', prevent: true, warn_evttypes: false, ...keys }
  const ruleSet = loadRules([{ path: 'r.yaml', text: JSON.stringify([rule]) }], { vocabulary: VOCABULARY })
  const engine = createEngine(ruleSet, VOCABULARY)
  expect(engine.rules.length).toBe(1)
  return { engine, ...derivePrevention(engine.rules, engine.planner) }
}

const OPENS = 'evt.type in (open, openat, openat2)'
const EXECS = 'evt.type in (execve, execveat)'

test.each([
  [`${OPENS} and fd.name=/a`, [['file.open', true, 'fanotify']]],
  [`${EXECS} and proc.exepath startswith /tmp/`, [['process.exec', true, 'fanotify']]],
  [
    `evt.type in (execve, openat) and user.ruid=0`,
    [
      ['process.exec', true, 'fanotify'],
      ['file.open', true, 'fanotify'],
    ],
  ],
  [`${EXECS} and proc.args contains x`, [['process.exec', false, 'it is not known beforehand whether proc.args contains x']]],
  // An alternative that is known is enforced by itself.
  [`${EXECS} and (proc.args contains x or proc.exepath=/a)`, [['process.exec', true, 'fanotify']]],
  // Under a not, what is not known is taken to hold.
  [
    `${EXECS} and proc.exepath=/a and not proc.args contains x`,
    [['process.exec', false, 'it is not known beforehand whether proc.args contains x']],
  ],
  [`${OPENS} and fd.name=/a and evt.failed=true`, [['file.open', false, 'its condition cannot hold for such an event']]],
  [`${OPENS} and fd.num>=0 and evt.rawres>=0 and fd.name=/a`, [['file.open', true, 'fanotify']]],
  ['evt.type in (listen, openat) and proc.name=a', [['file.open', true, 'fanotify, but not its other events (listen)']]],
  ['evt.type=listen', [[undefined, false, 'its events (listen) are none that can be prevented']]],
] as const)('%s: what is enforced is said, and why not', (condition, expected) => {
  const { enforcement } = derive(condition)
  expect(enforcement.map(({ kind, enforced, how }) => [kind, enforced, how])).toEqual(expected)
})

test('what asks for several events is not enforced', () => {
  const { enforcement, decisions } = derive('evt.type=execve', { threshold: { by: 'proc.pid', count: 3, within: '10s' } })
  expect(enforcement).toEqual([{ rule: 'r', kind: undefined, enforced: false, how: 'it asks for several events together' }])
  expect(decisions.rules).toEqual([])
})

test.each([
  [`${OPENS} and fd.name startswith /models/`, ['/models/']],
  [`${OPENS} and fd.name in (/a, /b) and not proc.name=x`, ['/a', '/b']],
  [`${OPENS} and (fd.name=/a or fd.directory=/b)`, ['/a', '/b']],
  [`${OPENS} and (fd.name=/a or proc.name=x)`, 'everywhere'],
  [`${OPENS} and fd.filename=a`, 'everywhere'],
  [`${OPENS} and not fd.name=/a`, 'everywhere'],
] as const)('%s: the places that it can speak of', (condition, places) => {
  const known = derive(condition).decisions.places['file.open']
  expect(known === 'everywhere' ? known : known.toSorted()).toEqual(places)
})

test.each([
  [`${OPENS} and container.id=host and fd.name=/a`, false],
  [`${OPENS} and container.id!=host and fd.name=/a`, true],
  [`${OPENS} and fd.name=/a`, true],
])('%s: whether containers are watched', (condition, containers) => expect(derive(condition).decisions.containers).toBe(containers))

/** What the helper does (native/addon/prevent/table.c), on the facts of one act. */
function decide(node: DecisionNode, facts: Readonly<Record<string, string | number>>): boolean | undefined {
  switch (node.op) {
    case 'true':
    case 'false':
      return node.op === 'true'
    case 'unsure':
      return undefined
    case 'not': {
      const child = decide(node.child, facts)
      return child === undefined ? undefined : !child
    }
    case 'and':
    case 'or': {
      const deciding = node.op === 'or'
      const all = node.children.map((child) => decide(child, facts))
      return all.includes(deciding) ? deciding : all.includes(undefined) ? undefined : !deciding
    }
    case 'test': {
      const { fact, compare, texts, numbers, mask } = node.test
      if (fact === 'situation') return (mask & (1 << Number(facts.situation))) !== 0
      if (fact === 'onHost') return true
      const value = facts[fact] ?? ''
      if (typeof value === 'number') return numbers.includes(value)
      const by = { equal: () => texts.includes(value), begins: () => texts.some((text) => value.startsWith(text)) }
      const more = { ends: () => texts.some((text) => value.endsWith(text)), holds: () => texts.some((text) => value.includes(text)) }
      return { ...by, ...more }[compare]()
    }
    default:
      return node satisfies never
  }
}

const CONDITIONS = [
  'fd.name=/a/b',
  'fd.name!=/a/b',
  'fd.name startswith /a',
  'fd.name endswith b',
  'fd.name contains /',
  'fd.name pmatch (/a)',
  'fd.name glob /a/*',
  'fd.filename=b',
  'fd.filename in (c, d)',
  'fd.directory=/a',
  'fd.directory startswith /x',
  'proc.exepath=/usr/bin/bash',
  'not proc.exepath in (/x, /y)',
  'proc.name=bash',
  'proc.name!=bash',
  'user.uid=1000',
  'user.ruid!=0',
  'container.id=host',
  'container.id!=host',
  'evt.is_open_read=true',
  'evt.is_open_write=true and not evt.is_open_create=true',
  "fd.typechar='f'",
  'fd.num>=0',
  'evt.rawres<0',
  'proc.cmdline contains x',
  'evt.type=openat',
  'not evt.type in (creat)',
  'fd.name exists',
  'file.created=true or proc.pname exists',
]

test.each(CONDITIONS)('an open, %s: what is decided natively is what the rule says of the event', (condition) => {
  const { decisions, engine } = derive(`evt.type in (open, openat, openat2, creat, open_by_handle_at) and (${condition})`)
  const kind: PreventedKind = 'file.open'
  const [rule] = decisions.rules
  const opener = sampleProcess()
  for (const path of ['/a/b', '/a', '/x/a', '/x/c', '/ab/b'])
    for (const [number, situation] of SITUATIONS[kind].entries()) {
      const event = sampleEvent(
        kind,
        { ...valuesOfSituation(kind, situation), path, rawPath: path, fileMode: 0o100_644, uid: 1000 },
        { process: opener },
      )
      const found = engine.evaluate(event, () => {}) > 0
      const slash = path.lastIndexOf('/')
      const facts = {
        path,
        name: path.slice(slash + 1),
        directory: path.slice(0, slash) || '/',
        exe: '/usr/bin/bash',
        comm: 'bash',
        euid: 1000,
        ruid: 1000,
        situation: number,
      }
      const decided = rule === undefined ? false : decide(rule.root, facts)
      expect([path, situation, decided ?? found]).toEqual([path, situation, found])
    }
})

test('what is enforced by other means is said, and left out here', () => {
  const { engine } = derive('evt.type in (execve, openat, bpf) and proc.name=a')
  const of = (kind: DenialKind, enforced: boolean) => ({ rule: 'r', kind, enforced, how: enforced ? 'bpf-lsm' : 'no' })
  const [rule] = engine.rules
  const others = new Map(rule === undefined ? [] : [[rule, [of('file.open', true), of('kernel.bpf', false)]]])
  const { decisions, enforcement } = derivePrevention(engine.rules, engine.planner, others)
  expect(decisions.rules.map(({ kind }) => kind)).toEqual(['process.exec'])
  expect(enforcement.map(({ kind, how }) => [kind, how])).toEqual([
    ['file.open', 'bpf-lsm'],
    ['kernel.bpf', 'no'],
    ['process.exec', 'fanotify'],
  ])
})
