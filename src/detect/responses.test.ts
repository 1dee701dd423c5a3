import { expect, test } from 'vitest'
import type { Finding } from '../findings/finding.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { loadResponses } from '../lang/load-responses.ts'
import { FINDING_VOCABULARY } from './finding-vocabulary.ts'
import { flatEvent } from './flat-event.ts'
import { compileResponses, PROCESS_VOCABULARY } from './responses.ts'

function compiled(text: string) {
  const set = loadResponses([{ path: 'r.yaml', text }], {
    findings: FINDING_VOCABULARY,
    processes: PROCESS_VOCABULARY,
    checkStep: () => undefined,
  })
  expect(set.diagnostics).toEqual([])
  return compileResponses(set)
}

const IN_CONTAINER: Partial<Finding> = {
  containerId: '0a1b2c3d4e5f',
  workload: {
    containerName: 'web-7',
    image: 'registry.example:5000/shop/web:1.2@sha256:00',
    podName: 'web-7-x',
    podNamespace: 'prod',
    podUid: undefined,
  },
}
const NOON = Date.UTC(2026, 10, 23, 12) * 1e6

test.each<[what: string, when: string, finding: Partial<Finding>, fits: boolean]>([
  ['a name', 'rules: [Read of*]', {}, true],
  ['another name', 'rules: [Write of*]', {}, false],
  ['a tag', 'tags: [credential_*]', {}, true],
  ['a technique', 'tags: [T1003*]', {}, true],
  ['this priority', 'priority: warning', {}, true],
  ['a more urgent one', 'priority: notice', {}, true],
  ['a less urgent one', 'priority: error', {}, false],
  ['sure enough', 'confidence: medium', {}, true],
  ['not sure enough', 'confidence: high', { confidence: 'low' }, false],
  ['nothing known of it', 'confidence: low', { confidence: undefined }, false],
  ['risk', 'risk: 40', {}, true],
  ['too little risk', 'risk: 60', {}, false],
  ['a workload by its container', 'workloads: [web-*]', IN_CONTAINER, true],
  ['a workload by its image', "workloads: ['*/shop/*']", IN_CONTAINER, true],
  ['no workload on the host', "workloads: ['*']", {}, false],
  ['a namespace', 'namespaces: [prod]', IN_CONTAINER, true],
  ['every part must hold', 'rules: [Read of*]\n    namespaces: [prod]', {}, false],
  [
    'fields of the finding',
    'condition: finding.rule startswith Read and finding.severity <= 4 and finding.tags intersects (host)',
    {},
    true,
  ],
  ['its process', 'condition: proc.name = odd and proc.pname = bash and proc.aname = bash', {}, true],
  ['what its output names', 'condition: user.uid = 0 and fd.name = /etc/shadow', {}, true],
  ['the host', 'condition: container.id = host', {}, true],
  ['its container', 'condition: container.id != host and container.image.repository endswith /shop/web', IN_CONTAINER, true],
  [
    'its network',
    'condition: finding.net in (203.0.113.0/24) and finding.port = 443',
    { object: { file: undefined, ip: '203.0.113.9', port: 443 } },
    true,
  ],
  ['another network', 'condition: finding.net in (10.0.0.0/8)', { object: { file: undefined, ip: '203.0.113.9', port: 443 } }, false],
  ['its file', 'condition: finding.file = /etc/shadow', {}, true],
])('a response is chosen by %s', (_, when, more, fits) => {
  const { choose } = compiled(`- response: r\n  when:\n    ${when}\n  do: [{action: kill-process}]\n`)
  const chosen = choose({ ...SAMPLE_FINDING, ...more }, { risk: 50 }, NOON)
  expect(chosen.map(({ response, mode }) => [response.name.value, mode])).toEqual(fits ? [['r', 'dry-run']] : [])
})

test('findings about Tarsier itself lead to nothing', () => {
  const { choose } = compiled(`- response: r\n  mode: act\n  when: {rules: ['*']}\n  do: [{action: kill-process}]\n`)
  expect(choose(SAMPLE_FINDING, { risk: 0 }, NOON)).toHaveLength(1)
  expect(choose({ ...SAMPLE_FINDING, source: 'internal' }, { risk: 0 }, NOON)).toEqual([])
})

const AT = (text: string): number => Date.parse(text) * 1e6
const WINDOW = `
- {response: r, mode: act, when: {rules: ['*']}, do: [{action: kill-process}]}
- {response: never, mode: off, when: {rules: ['*']}, do: [{action: kill-process}]}
- {maintenance: night, days: [mon], from: "22:00", to: "02:00", time_zone: Europe/Berlin, mode: ask}
- {maintenance: hour, days: [mon], from: "23:00", to: "23:30", time_zone: Europe/Berlin, mode: off, condition: container.id != host}
`
test.each([
  ['before it', AT('2026-11-23T20:59:59Z'), {}, 'act'],
  ['when it begins', AT('2026-11-23T21:00:00Z'), {}, 'ask'],
  ['after midnight', AT('2026-11-24T00:59:59Z'), {}, 'ask'],
  ['when it is over', AT('2026-11-24T01:00:00Z'), {}, 'act'],
  ['on another day', AT('2026-11-24T21:30:00Z'), {}, 'act'],
  ['in two of them the more cautious counts', AT('2026-11-23T22:15:00Z'), IN_CONTAINER, undefined],
  ['in one that is not for it', AT('2026-11-23T22:15:00Z'), {}, 'ask'],
])('maintenance makes responses more cautious: %s', (_, nowNs, more, mode) => {
  const chosen = compiled(WINDOW).choose({ ...SAMPLE_FINDING, ...more }, { risk: 0 }, nowNs)
  expect(chosen.map((one) => one.mode)).toEqual(mode === undefined ? [] : [mode])
  if (mode === 'ask') expect(chosen[0]?.heldBack).toBe('night')
})

test('protected processes are known by the condition', () => {
  const { protects } = compiled('- protect: database\n  condition: proc.exepath startswith /usr/lib/postgresql/ and user.name = postgres\n')
  const process = { 'proc.exepath': '/usr/lib/postgresql/15/bin/postgres', 'user.name': 'postgres' }
  expect(protects(flatEvent(process, 1))).toBe('database')
  expect(protects(flatEvent({ ...process, 'user.name': 'www-data' }, 1))).toBeUndefined()
})
