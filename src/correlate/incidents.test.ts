import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding, LineageEntry } from '../findings/finding.ts'
import type { Incident } from '../findings/incident.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { causalKeys } from './causal-keys.ts'
import { groupIncidents } from './incidents.ts'
import { raisedRisk } from './risk.ts'

const MINUTE_NS = 60e9

const entry = (pid: number, name: string): LineageEntry => ({ pid, startNs: pid * 1000, name, exePath: '', cmdline: name, user: 'root' })
const lineage = (...names: readonly string[]): LineageEntry[] => names.map((name, index) => entry(500 - index, name))
const found = (more: Partial<Finding>): Finding => ({ ...SAMPLE_FINDING, timeNs: 1e18, ...more })

describe('what findings have in common', () => {
  test.each<[string, readonly LineageEntry[], string | undefined]>([
    ['the topmost process below the service manager', lineage('id', 'sh', 'nginx', 'systemd'), '498@498000'],
    ['the shell of a login', lineage('cat', 'bash', 'sshd', 'sshd', 'systemd'), '499@499000'],
    ['the first process of a container', lineage('curl', 'python3', 'containerd-shim', 'systemd'), '499@499000'],
    ['the process itself, where it is a service manager', lineage('systemd'), '500@500000'],
    ['the topmost that is known', lineage('a', 'b', 'c'), '498@498000'],
    ['what process 1 of a container started', [entry(9, 'sh'), entry(1, 'app')], '9@9000'],
    ['nothing without a process', [], undefined],
  ])('is %s', (_, given, expected) => {
    const tree = causalKeys(found({ lineage: given })).find(({ kind }) => kind === 'process-tree')
    expect(tree?.value).toBe(expected === undefined ? undefined : `${SAMPLE_FINDING.hostname}/${expected}`)
  })

  test('is nothing where Tarsier speaks of itself', () => {
    expect(causalKeys(found({ source: 'internal' }))).toEqual([])
  })

  test('is the container and the pod, too', () => {
    const keys = causalKeys(found({ containerId: 'abc', outputFields: { 'k8s.pod.name': 'web', 'k8s.ns.name': 'shop' } }))
    expect(keys.map(({ kind, value }) => `${kind} ${value}`).slice(1)).toEqual([`container ${SAMPLE_FINDING.hostname}/abc`, 'pod shop/web'])
  })
})

/** All in one batch, or each in a batch of its own over what was stored. */
function grouped(findings: readonly Finding[], batchSize: number): readonly Incident[] {
  const stored = new Map<string, Incident>()
  let number = 0
  for (let start = 0; start < findings.length; start += batchSize) {
    const groups = groupIncidents({
      newId: () => `i${++number}`,
      find: (keys, sinceNs) =>
        [...stored.values()]
          .filter(({ lastNs }) => lastNs >= sinceNs)
          .filter((one) => one.keys.some((key) => keys.some(({ kind, value }) => kind === key.kind && value === key.value)))
          .sort((a, b) => b.lastNs - a.lastNs),
    })
    for (const finding of findings.slice(start, start + batchSize)) groups.take(finding)
    for (const incident of groups.changed()) stored.set(incident.id, incident)
  }
  return [...stored.values()]
}

const at = (minutes: number, more: Partial<Finding> = {}): Finding => found({ timeNs: 1e18 + minutes * MINUTE_NS, ...more })
const other = lineage('x', 'y', 'systemd').map((one) => ({ ...one, pid: one.pid + 1000 }))

describe('incidents', () => {
  test.each<[string, readonly Finding[], readonly number[]]>([
    ['findings of one process tree are one', [at(0), at(1), at(29)], [3]],
    ['a finding after half an hour of quiet begins another', [at(0), at(31)], [1, 1]],
    ['each finding puts its end off', [at(0), at(20), at(40), at(60)], [4]],
    ['another tree is another', [at(0), at(1, { lineage: other })], [1, 1]],
    ['a container holds trees together', [at(0, { containerId: 'c' }), at(1, { lineage: other, containerId: 'c' })], [2]],
    ['what is not grave begins none', [at(0, { priority: 'notice' })], []],
    ['what is not grave joins one', [at(0), at(1, { priority: 'debug' })], [2]],
    ['what Tarsier says of itself is in none', [at(0), at(1, { source: 'internal' })], [1]],
  ])('%s', (_, findings, counts) => {
    for (const batch of [1, 100]) expect(grouped(findings, batch).map((incident) => incident.findings)).toEqual(counts)
  })

  test('tell what is gravest, and remember all techniques and rules', () => {
    const [incident] = grouped(
      [
        at(0, { rule: 'One', priority: 'warning', attack: [{ id: 'T1059' }] }),
        at(1, { rule: 'Two', priority: 'critical', attack: [{ id: 'T1003' }, { id: 'T1059' }] }),
        at(2, { rule: 'One', priority: 'warning', attack: [] }),
      ],
      100,
    )
    expect(incident).toMatchObject({ priority: 'critical', rules: ['One', 'Two'], techniques: ['T1059', 'T1003'], findings: 3 })
    expect(incident?.title).toMatch(/^Two: odd, started by bash, on web-1$/)
  })

  test('are the same however the findings are cut into batches', () => {
    const finding = fc.record({ minutes: fc.integer({ min: 0, max: 200 }), tree: fc.integer({ min: 0, max: 3 }), grave: fc.boolean() })
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (given, batch) => {
        const findings = given
          .toSorted((a, b) => a.minutes - b.minutes)
          .map(({ minutes, tree, grave }) => at(minutes, { lineage: [entry(tree + 10, 'x')], priority: grave ? 'critical' : 'notice' }))
        const shape = (list: readonly Incident[]) =>
          list.map(({ keys, findings: count, firstNs, lastNs }) => ({ keys, count, firstNs, lastNs }))
        expect(shape(grouped(findings, batch))).toEqual(shape(grouped(findings, 1000)))
      }),
    )
  })
})

describe('risk', () => {
  const first = { priority: 'warning', isNewRule: true, newTechniques: 0, findings: 1 } as const

  test('stays between 0 and 100, and never falls', () => {
    const step = fc.record({
      priority: fc.constantFrom('emergency', 'critical', 'warning', 'debug' as const),
      isNewRule: fc.boolean(),
      newTechniques: fc.integer({ min: 0, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        let risk = 0
        for (const [index, one] of steps.entries()) {
          const next = raisedRisk(risk, { ...one, findings: index + 1 } as Parameters<typeof raisedRisk>[1])
          expect(next).toBeGreaterThanOrEqual(risk)
          expect(next).toBeLessThanOrEqual(100)
          risk = next
        }
      }),
    )
  })

  test('of ten thousand equal findings is less than of two different ones', () => {
    let many = raisedRisk(0, first)
    for (let findings = 2; findings <= 10_000; findings++) many = raisedRisk(many, { ...first, isNewRule: false, findings })
    expect(many).toBeLessThan(raisedRisk(raisedRisk(0, first), { ...first, findings: 2 }))
  })
})
