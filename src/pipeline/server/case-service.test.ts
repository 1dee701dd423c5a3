import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaseService } from '../../api/services.ts'
import type { Finding } from '../../findings/finding.ts'
import type { HistoryEvent } from '../../findings/history-event.ts'
import type { Incident } from '../../findings/incident.ts'
import type { ProcessRecord } from '../../findings/process-record.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import { openStore } from '../../store/embedded.ts'
import type { Store } from '../../store/store.ts'
import { createCaseService } from './case-service.ts'
import { shellCommand } from './cases/shell-command.ts'
import { sentencesOf } from './cases/story.ts'

const S = 1e9
const START = 1_700_000_000 * S
const at = (seconds: number): number => START + seconds * S
const HOST = { hostname: 'web-1' }
const SHELL = '20@2'
const NGINX = '10@1'

let folder = ''
let store: Store
let cases: CaseService

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-cases-'))
  store = await openStore({ folder, nowNs: () => at(0) })
  store.state.processes.write(
    [processOf(NGINX, undefined, 'nginx', 0), processOf(SHELL, NGINX, 'sh', 10), processOf('21@3', SHELL, 'cat', 20)],
    [{ ...HOST, processKey: '21@3', timeNs: at(21) }],
  )
  store.state.writeFindings({
    spool: 's',
    seq: 4,
    findings: FINDINGS.map((finding) => ({ finding, incidentId: 'inc-1' })),
    incidents: [INCIDENT],
  })
  await store.history.append({ spool: 's', seq: 1, events: EVENTS })
  cases = createCaseService({ store, nowNs: () => at(100) })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

function processOf(processKey: string, parentKey: string | undefined, name: string, seconds: number): ProcessRecord {
  const exePath = name === 'sh' ? "/tmp/it's here/sh" : `/usr/bin/${name}`
  return {
    id: `${processKey}#0`,
    processKey,
    parentKey,
    ...HOST,
    timeNs: at(seconds),
    pid: Number(processKey.split('@')[0]),
    ppid: 1,
    name,
    exePath,
    cmdline: `${name} -x`,
    user: 'www-data',
    uid: 33,
    containerId: undefined,
    containerName: undefined,
    image: undefined,
    startedNs: at(seconds),
    fields: {},
  }
}

const entry = (name: string, pid: number) => ({ pid, startNs: 1, name, exePath: `/bin/${name}`, cmdline: name, user: 'www-data' })
const found = (id: string, seconds: number, more: Partial<Finding>): Finding => ({
  ...SAMPLE_FINDING,
  ...HOST,
  id,
  timeNs: at(seconds),
  processKey: SHELL,
  lineage: [entry('sh', 20), entry('nginx', 10)],
  ...more,
})
const FINDINGS = [
  found('f1', 10, {
    rule: 'Shell of a server',
    output: 'A server started a shell (command=sh)',
    outputFields: {},
    attack: [{ id: 'T1059.004' }],
  }),
  found('f2', 12, { outputFields: { 'fd.name': '/etc/shadow' } }),
  found('f3', 13, { outputFields: { 'fd.name': '/etc/shadow' }, count: 3 }),
  found('f4', 15, { rule: 'Way out', output: 'Out (to=x)', outputFields: { 'fd.rip': '198.51.100.7' }, attack: [] }),
]
const INCIDENT: Incident = {
  id: 'inc-1',
  title: 'Shell of a server',
  state: 'open',
  assignee: undefined,
  hostname: 'web-1',
  keys: [],
  risk: 60,
  priority: 'critical',
  techniques: ['T1059.004', 'T1003.008'],
  rules: ['a', 'b', 'c'],
  findings: 6,
  firstNs: at(10),
  lastNs: at(190),
  containerId: undefined,
  processKey: SHELL,
}

const event = (id: string, seconds: number, kind: string, fields: Readonly<Record<string, unknown>>): HistoryEvent => ({
  id,
  ...HOST,
  timeNs: at(seconds),
  kind,
  type: String(fields['evt.type'] ?? 'x'),
  processId: `${SHELL}#0`,
  processKey: SHELL,
  fields,
})
const EVENTS = [
  event('e1', 11, 'file.open', { 'evt.type': 'openat', 'fd.name': '/lib/libc.so.6', 'evt.is_open_write': false }),
  event('e2', 12, 'file.open', { 'evt.type': 'openat', 'fd.name': '/etc/shadow', 'evt.is_open_write': false }),
  event('e3', 13, 'file.open', { 'evt.type': 'openat', 'fd.name': '/etc/shadow', 'evt.is_open_write': false }),
  event('e4', 14, 'file.open', { 'evt.type': 'openat', 'fd.name': '/tmp/out', 'evt.is_open_write': true, 'evt.failed': true }),
  event('e5', 15, 'net.connect', {
    'evt.type': 'connect',
    'fd.name': 'a->b',
    'fd.rip': '2001:db8::1',
    'fd.rport': 443,
    'fd.l4proto': 'tcp',
  }),
  event('e6', 10, 'process.exec', { 'evt.type': 'execve' }),
]

test('a story has one sentence for what was done again and again, and says who, started by whom, and to what', () => {
  const story = cases.story('inc-1')
  expect(story?.summary).toBe(
    'On web-1, 6 findings of 3 rules came within 3 minutes, beginning with “Shell of a server” of sh, started by nginx.',
  )
  expect(story?.sentences.map(({ text, findingId }) => [findingId, text])).toEqual([
    ['f1', 'A server started a shell: sh as www-data, started by nginx.'],
    ['f2', 'Password file read: sh as www-data, started by nginx — /etc/shadow, 4 times.'],
    ['f4', 'Out: sh as www-data, started by nginx — 198.51.100.7.'],
  ])
  expect(cases.story('nobody')).toBeUndefined()
})

test('what several processes of one name did alike is one sentence', () => {
  const alike = Array.from({ length: 3 }, (_, index) => ({
    ...found(`a${index}`, index, { processKey: `${index}@1` }),
    incidentId: undefined,
    excepted: false,
  }))
  expect(sentencesOf(alike).map(({ text }) => text)).toEqual([
    'Password file read: sh as www-data, started by nginx — /etc/shadow, 3 times by 3 processes.',
  ])
})

test('next actions name what is there, and quote what an attacker may have named', () => {
  const actions = cases.story('inc-1')?.nextActions.map(({ title, command }) => [title, command])
  expect(actions).toEqual([
    ['Freeze sh (20)', 'sudo kill -STOP 20'],
    ["Keep a copy of /tmp/it's here/sh", 'sudo sha256sum /proc/20/exe'],
    ['See who else talks to 198.51.100.7', 'sudo ss -tnp dst 198.51.100.7'],
    ['Change what may have been read', undefined],
    ['If this is expected, say so', undefined],
  ])
})

const WORDS = ["it's", '$(id)', '`id`', 'a b', '', ';', '\\', '"', '-rf', 'ünï', '*', '!x', '~']
test.each(WORDS)('a shell takes %j as one word', (word) => {
  const command = shellCommand('printf', '%s', word)
  expect(execFileSync('/bin/sh', ['-c', command ?? 'exit 1'], { encoding: 'utf8' })).toBe(word)
})

test.each(['\n', '\u001b[31m', 'a\u202eb', '\ud800', 'x'.repeat(2000)])('%j comes into no command', (word) => {
  expect(shellCommand('echo', word)).toBeUndefined()
})

test('the tree has ancestors and descendants of what was found, each once', () => {
  const tree = cases.tree('inc-1', 100)
  expect(tree?.processes.map(({ processKey }) => processKey).sort()).toEqual([NGINX, SHELL, '21@3'])
  expect(tree?.truncated).toBe(false)
  expect(cases.tree('inc-1', 1)).toMatchObject({ truncated: true })
  expect(cases.tree('nobody', 1)).toBeUndefined()
})

test('timelines are in order, and say of a process what it ran, did, and when it ended', async () => {
  const incident = await cases.incidentTimeline('inc-1', 100)
  expect(incident.map(({ id }) => id)).toEqual([`${NGINX}#0`, `${SHELL}#0`, 'f1', 'f2', 'f3', 'f4', '21@3#0', '21@3!'])
  const own = await cases.processTimeline('web-1', SHELL, 100)
  expect(own.map(({ text }) => text)).toEqual([
    'sh -x ran as www-data',
    'A server started a shell (command=sh)',
    'openat /lib/libc.so.6',
    'openat /etc/shadow',
    SAMPLE_FINDING.output,
    'openat /etc/shadow',
    SAMPLE_FINDING.output,
    'openat /tmp/out, which failed',
    'connect a->b',
    'Out (to=x)',
  ])
  expect((await cases.processTimeline('web-1', SHELL, 2)).map(({ text }) => text)).toEqual(['connect a->b', 'Out (to=x)'])
})

test('what a process used is counted, each once', async () => {
  expect(await cases.activity('web-1', SHELL)).toEqual({
    files: [
      { path: '/tmp/out', how: 'written, failed', count: 1, lastNs: at(14) },
      { path: '/etc/shadow', how: 'read', count: 2, lastNs: at(13) },
    ],
    connections: [{ remote: '[2001:db8::1]:443', direction: 'out', protocol: 'tcp', count: 1, lastNs: at(15) }],
    libraries: [{ path: '/lib/libc.so.6', lastNs: at(11) }],
  })
})
