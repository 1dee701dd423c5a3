import { expect, test } from 'vitest'
import type { Finding } from './finding.ts'
import { findingJson } from './finding-json.ts'
import { createFindingText } from './finding-text.ts'
import { SAMPLE_FINDING } from './sample-finding.ts'

const text = createFindingText({ colour: false, verbose: false, time: 'full' })
const HOSTILE = { ...SAMPLE_FINDING, output: 'file=/tmp/\x1b]0;x\x07\nError fake: \u202egnp\udcff', containerId: 'abc\n123' }

test('JSON has the keys of Falco and ours', () => {
  expect(JSON.parse(findingJson(SAMPLE_FINDING))).toEqual({
    time: '2023-11-14T22:13:20.123456768Z',
    priority: 'Warning',
    rule: 'Read of a password file',
    output: 'Password file read (file=/etc/shadow process=odd command=odd /etc/shadow user=root)',
    source: 'syscall',
    hostname: 'web-1',
    tags: ['credential_access', 'host'],
    output_fields: { 'fd.name': '/etc/shadow', 'proc.name': 'odd', 'user.uid': 0, 'container.name': null },
    id: '01-0001-00000042',
    count: 1,
    attack: ['T1003.008'],
    container_id: null,
    event_ids: ['7f3a-0-42'],
    process: '1234@81000000000',
    lineage: [
      { pid: 1234, start_ns: 81_000_000_000, name: 'odd', exe_path: '/tmp/odd', cmdline: 'odd /etc/shadow', user: 'root' },
      { pid: 900, start_ns: 80_000_000_000, name: 'bash', exe_path: '/usr/bin/bash', cmdline: '-bash', user: 'root' },
    ],
    confidence: 'high',
    workload: null,
    object: { file: '/etc/shadow' },
    why: [{ check: 'fd.name = /etc/shadow', value: '/etc/shadow', held: true, macros: [] }],
  })
})

const TEXTS: readonly [sentence: string, finding: Finding, line: string][] = [
  [
    'text says time, priority, rule and output',
    SAMPLE_FINDING,
    '2023-11-14T22:13:20.123456Z Warning Read of a password file: Password file read (file=/etc/shadow process=odd command=odd /etc/shadow user=root)',
  ],
  [
    'a count above one is said',
    { ...SAMPLE_FINDING, output: 'x', count: 7 },
    '2023-11-14T22:13:20.123456Z Warning Read of a password file: x (7 times)',
  ],
  [
    'the container is said where the output does not',
    { ...SAMPLE_FINDING, output: 'x', containerId: '0a1b2c3d4e5f' },
    '2023-11-14T22:13:20.123456Z Warning Read of a password file: x [container 0a1b2c3d4e5f]',
  ],
  [
    'the container is not said twice',
    { ...SAMPLE_FINDING, output: 'container_id=0a1b2c3d4e5f', containerId: '0a1b2c3d4e5f' },
    '2023-11-14T22:13:20.123456Z Warning Read of a password file: container_id=0a1b2c3d4e5f',
  ],
  [
    'nothing from outside acts on the terminal',
    HOSTILE,
    '2023-11-14T22:13:20.123456Z Warning Read of a password file: file=/tmp/\\x1b]0;x\\x07\\x0aError fake: \\u{202e}gnp\\xff [container abc\\x0a123]',
  ],
]

test.each(TEXTS)('%s', (_, finding, line) => {
  expect(text(finding)).toBe(line)
})

test('verbose adds the lineage, the techniques and the events', () => {
  const verbose = createFindingText({ colour: false, verbose: true, time: 'none' })
  expect(verbose(SAMPLE_FINDING).split('\n').slice(1)).toEqual([
    '    lineage: odd /etc/shadow [1234 root] ← -bash [900 root]',
    '    attack: T1003.008',
    '    events: 7f3a-0-42',
  ])
})

test('JSON of a hostile finding is one line of printable UTF-8', () => {
  const line = findingJson(HOSTILE)
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
  expect(JSON.parse(line).output).toBe('file=/tmp/\x1b]0;x\x07\nError fake: \u202egnp\\xff')
})
