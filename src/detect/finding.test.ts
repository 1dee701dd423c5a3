import { expect, test } from 'vitest'
import type { Event } from '../events/event.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { Process } from '../events/process.ts'
import { compileRule } from '../lang/compile-rule.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createFindingMaker } from './finding.ts'
import { flatEvent } from './flat-event.ts'
import { flatVocabulary } from './flat-vocabulary.ts'

const TEXT = `- rule: Odd read
  desc: d
  priority: warning
  output: read of %fd.name by %proc.name
  condition: evt.type = openat
  tags: [host, T1003.008, mitre_credential_access]
  techniques: [T1003]
`
const flat = flatVocabulary(VOCABULARY)

function compiled() {
  const [rule] = loadRules([{ path: 'a.yaml', text: TEXT }], { vocabulary: flat }).rules
  if (rule === undefined) throw new Error('the rule was not loaded')
  return compileRule(rule, flat)
}

test('a match becomes a finding', () => {
  let number = 41
  const make = createFindingMaker({ hostname: 'web-1', nextNumber: () => ++number })
  const event = flatEvent(
    { 'evt.type': 'openat', 'fd.name': '/etc/shadow', 'evt.rawtime': 1_700_000_000_000_000_000, 'container.id': '0a1b2c3d4e5f' },
    7,
  )
  expect(make(compiled(), event)).toEqual({
    id: '0gqll7vatq8-00000016',
    rule: 'Odd read',
    priority: 'warning',
    source: 'syscall',
    tags: ['host', 'T1003.008', 'mitre_credential_access'],
    attack: [{ id: 'T1003' }, { id: 'T1003.008' }],
    output: 'read of /etc/shadow by <NA>',
    outputFields: { 'fd.name': '/etc/shadow', 'proc.name': null },
    timeNs: 1_700_000_000_000_000_000,
    hostname: 'web-1',
    eventIds: ['flat-7'],
    lineage: [],
    containerId: '0a1b2c3d4e5f',
    processKey: undefined,
    why: [{ check: 'evt.type = openat', value: 'openat', held: true, macros: [] }],
    confidence: 'medium',
    workload: undefined,
    object: { file: '/etc/shadow', ip: undefined, port: undefined },
    foldKey: 'Odd read\0flat-7\0read of /etc/shadow by <NA>',
    count: 1,
  })
})

test('which file it was is told beside its path', () => {
  const event = flatEvent({ 'evt.type': 'openat', 'fd.name': '/etc/shadow', 'fd.dev': 2049, 'fd.ino': 77 }, 7)
  const { object } = createFindingMaker({ hostname: 'h', nextNumber: () => 1 })(compiled(), event)
  expect(object).toEqual({ file: '/etc/shadow', fileId: { dev: 2049, ino: 77 }, ip: undefined, port: undefined })
})

test('the lineage goes up to the oldest process that is known, and no circle keeps it', () => {
  const process = (pid: number, comm: string, parent: Process | undefined) =>
    ({
      pid,
      startNs: pid * 10,
      comm,
      exePath: `/bin/${comm}`,
      cmdline: comm,
      userName: undefined,
      euid: 0,
      parent,
      container: undefined,
    }) as Process
  const init = process(1, 'systemd', undefined)
  const shell = process(2, 'bash', init)
  Object.assign(init, { parent: shell })
  const event = {
    kind: 'process.exit',
    source: 'syscall',
    id: 'e',
    type: 'procexit',
    number: 1,
    timeNs: 5,
    process: shell,
  } as unknown as Event
  const finding = createFindingMaker({ hostname: 'h', nextNumber: () => 1 })(
    { ...compiled(), format: () => ({ output: 'o', fields: {} }) },
    event,
  )
  expect(finding.lineage.map(({ name, user }) => [name, user])).toEqual([
    ['bash', '0'],
    ['systemd', '0'],
  ])
  expect([finding.processKey, finding.containerId]).toEqual(['2@20', undefined])
})

test.each([
  ['a file', { 'evt.type': 'openat', 'fd.name': '/etc/shadow' }, { file: '/etc/shadow', ip: undefined, port: undefined }],
  ['a program', { 'evt.type': 'execve', 'proc.exepath': '/tmp/x' }, { file: '/tmp/x', ip: undefined, port: undefined }],
  [
    'a connection, whose name is no path',
    { 'evt.type': 'connect', 'fd.name': '10.0.0.1:5->10.0.0.2:443', 'fd.rip': '10.0.0.2', 'fd.rport': 443 },
    { file: undefined, ip: '10.0.0.2', port: 443 },
  ],
  ['nothing', { 'evt.type': 'setuid' }, undefined],
])('a finding keeps what was done something with: %s', (_, values, object) => {
  expect(createFindingMaker({ hostname: 'h', nextNumber: () => 1 })(compiled(), flatEvent(values, 1)).object).toEqual(object)
})

test('a finding keeps the names of its workload', () => {
  const event = flatEvent({ 'evt.type': 'openat', 'container.id': '0a1b', 'container.name': 'web', 'k8s.ns.name': 'prod' }, 1)
  const { workload } = createFindingMaker({ hostname: 'h', nextNumber: () => 1 })(compiled(), event)
  expect(workload).toMatchObject({ containerName: 'web', podNamespace: 'prod', image: undefined })
})
