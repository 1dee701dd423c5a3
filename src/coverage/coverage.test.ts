import { describe, expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { hashOfCase, type LedgerEntry } from '../findings/proof-ledger.ts'
import { loadRules } from '../lang/load-rules.ts'
import { meaningOf } from '../lang/meaning.ts'
import { compareReports } from './compare.ts'
import { type CoverageReport, createCoverage } from './coverage.ts'
import type { AttackVersion } from './facts.ts'
import { coveragePage } from './html.ts'
import { navigatorLayer } from './navigator.ts'
import { createTagLint } from './tag-lint.ts'

const TESTS = `tests:
    - {match: true, event: {evt.type: openat}}
    - {match: false, event: {evt.type: execve}}
    - {match: false, event: {evt.type: unlink}}
  attack: [{name: a, run: "true"}]
  benign: [{name: b, run: "false"}]`

const CONDITIONS = {
  'by file': 'evt.type = openat and fd.name = /etc/shadow and not proc.name = sshd',
  'by name': 'evt.type = execve and proc.name in (cat, less)',
  both: 'evt.type = openat and fd.name = /etc/shadow and proc.name = cat',
} as const

type Name = keyof typeof CONDITIONS

function ruleText(name: string, condition: string, more: string): string {
  return `- rule: ${name}\n  desc: d\n  output: o\n  priority: INFO\n  condition: ${condition}\n  ${more}\n`
}

function rulesOf(text: string, path = 'rules/credential-access/a.yaml') {
  const { rules, diagnostics } = loadRules([{ path, text }], { vocabulary: VOCABULARY })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return rules
}

const SHIPPED = [
  ruleText('by file', CONDITIONS['by file'], `techniques: [T1003.008]\n  atlas: [AML.T0055]\n  ${TESTS}`),
  ruleText('by name', CONDITIONS['by name'], `techniques: [T1003]\n  ${TESTS.replace('openat', 'open')}`),
  ruleText('both', CONDITIONS.both, 'techniques: [T1562.001]\n  tags: [LLM02]'),
  ruleText('off', CONDITIONS.both, 'techniques: [T1005]\n  enabled: false'),
].join('')

const hashFor = (name: Name, run: string): string => {
  const [rule] = rulesOf(ruleText(name, CONDITIONS[name], ''))
  return rule === undefined ? '' : hashOfCase(meaningOf(rule), run, 'host')
}

function entry(rule: Name, more: Partial<LedgerEntry> = {}): LedgerEntry {
  const hash = hashFor(rule, 'true')
  const where = { kernel: '6', distribution: 'd', date: '2026-01-02T03:04:05Z', version: '1' }
  const what = { reason: null, evades: null, delayMs: 1, alsoBy: [], techniques: [] }
  return { rule, case: 'a', kind: 'attack', result: 'proven', hash, ...what, ...where, ...more }
}

interface Given {
  readonly ledger?: readonly LedgerEntry[]
  readonly attackVersion?: AttackVersion
  readonly hasData?: boolean
  readonly text?: string
}

function report({ ledger = [entry('by file')], attackVersion = 18, hasData = true, text = SHIPPED }: Given = {}): CoverageReport {
  const date = '2026-01-03T00:00:00Z'
  return createCoverage({ rules: rulesOf(text), ledger, attackVersion, date, dataOf: 'kinds', hasData: () => hasData })
}

const technique = ({ covered }: CoverageReport, id: string) => covered.find((one) => one.id === id)

describe('the report', () => {
  test('is about 158 techniques and 209 sub-techniques for Linux and containers', () => {
    const { techniques, subtechniques } = report()
    expect(techniques).toEqual({ total: 158, claimed: 2, data: 2, tested: 1, proven: 1 })
    expect(subtechniques).toEqual({ total: 209, claimed: 2, data: 2, tested: 1, proven: 1 })
  })

  test('gives a technique the rules of its sub-techniques', () => {
    expect(technique(report(), 'T1003')).toEqual({
      id: 'T1003',
      name: 'OS Credential Dumping',
      tactics: ['credential-access'],
      state: 'proven',
      rules: ['by file', 'by name'],
      depth: 2,
      robustness: 'behaviour',
      provenOn: '2026-01-02T03:04:05Z',
    })
  })

  test('counts rules on the same kinds of events once', () => {
    const [first, second] = ['one', 'two'].map((name) => ruleText(name, CONDITIONS.both, 'techniques: [T1003]'))
    const found = technique(report({ text: `${first}${second}` }), 'T1003')
    expect([found?.rules, found?.depth]).toEqual([['one', 'two'], 1])
  })

  test('translates to version 19', () => {
    const translated = report({ attackVersion: 19 })
    expect([translated.techniques.total, technique(translated, 'T1685')?.state, translated.outside]).toEqual([161, 'data', []])
  })

  test('tells ids that are no live technique for Linux or containers', () => {
    expect(report({ text: ruleText('both', CONDITIONS.both, 'techniques: [T1112]') }).outside).toEqual(['T1112'])
  })

  test('reads ATLAS and OWASP from keys and tags', () => {
    const { atlas, owasp } = report()
    const named = [...atlas, ...owasp].filter(({ state }) => state !== 'none')
    expect(named.map(({ id, state }) => [id, state])).toEqual([
      ['AML.T0055', 'proven'],
      ['LLM02', 'data'],
    ])
  })

  test('names the most reported gaps first', () => {
    expect(
      report()
        .gaps.slice(0, 3)
        .map(({ id }) => id),
    ).toEqual(['T1059', 'T1027', 'T1055'])
  })

  test.each([
    ['by file', 'behaviour'],
    ['by name', 'name'],
    ['both', 'mixed'],
  ])('a rule %s goes by %s', (name, robustness) => {
    expect(report().rules.find((rule) => rule.name === name)?.robustness).toBe(robustness)
  })
})

describe('a proof', () => {
  const stale = entry('by file', { hash: 'of what the rule was before' })
  const benign = entry('by file', { kind: 'benign', case: 'b', result: 'noisy', hash: hashFor('by file', 'false') })
  test.each<[string, Given, string]>([
    ['counts', {}, 'proven'],
    ['needs an entry', { ledger: [] }, 'tested'],
    ['does not count for another script or condition', { ledger: [stale] }, 'tested'],
    ['does not count when the attack was missed', { ledger: [entry('by file', { result: 'missed' })] }, 'tested'],
    ['does not count when a look-alike was found', { ledger: [entry('by file'), benign] }, 'tested'],
    ['does not count when a case is no more', { ledger: [entry('by file', { case: 'gone' })] }, 'tested'],
    [
      'does not count without two tests that must not match',
      { text: SHIPPED.replaceAll('match: false, event: {evt.type: execve}', 'match: true, event: {evt.type: execve}') },
      'data',
    ],
    ['does not count without data', { hasData: false }, 'claimed'],
  ])('%s', (_, given, state) => {
    expect(technique(report(given), 'T1003.008')?.state).toBe(state)
  })
})

describe('the tag lint', () => {
  test.each([
    ['techniques: [T1003.008]', []],
    ['techniques: [T9999]', ['T9999 is no technique of ATT&CK']],
    ['techniques: [T1156]', ['T1156 is revoked; T1546.004 stands in its place']],
    ['techniques: [T1034]', ['T1034 is deprecated']],
    ['techniques: [T1112]', ['T1112 is for Windows, not for Linux or containers']],
    [
      'techniques: [T1105]',
      ['T1105 (Ingress Tool Transfer) is no technique of credential-access: add the tag command_and_control, or take it out'],
    ],
    ['techniques: [T1105]\n  tags: [command_and_control]', []],
    ['tags: [AML.T9999]', ['AML.T9999 is in no list that is known here']],
  ])('of %s says %j', (more, said) => {
    const [rule] = rulesOf(ruleText('both', CONDITIONS.both, more))
    expect(rule && createTagLint()(rule)).toEqual(said.map((line) => `rules/credential-access/a.yaml:1: ${line}`))
  })
})

describe('two reports', () => {
  test('show what was lost and gained', () => {
    const [before, after] = [report(), report({ ledger: [] })]
    const change = { id: 'T1003', name: 'OS Credential Dumping', before: 'proven', after: 'tested' }
    expect(compareReports(before, after).lost).toContainEqual(change)
    expect(compareReports(after, before)).toMatchObject({ lost: [], gained: [{ id: 'T1003' }, { id: 'T1003.008' }] })
  })

  test('of two versions cannot be compared', () => {
    expect(() => compareReports(report(), report({ attackVersion: 19 }))).toThrow('one report is about ATT&CK v18, the other about v19')
  })
})

describe('the page', () => {
  test('needs no other file, and escapes what rules say', () => {
    const page = coveragePage(report({ text: ruleText('<script>alert("1")</script>', CONDITIONS.both, 'techniques: [T1003]') }))
    expect(page).not.toMatch(/<script|\bsrc=|href=|url\(|@import/)
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;')
    expect(page.match(/<section>/g)).toHaveLength(12)
  })
})

describe('the layer', () => {
  test('has a score, a colour and a comment for each technique of each tactic', () => {
    const { versions, domain, techniques } = navigatorLayer(report())
    expect([versions.layer, versions.attack, domain]).toEqual(['4.5', '18', 'enterprise-attack'])
    expect(techniques.map(({ techniqueID, tactic, score }) => [techniqueID, tactic, score])).toEqual([
      ['T1003', 'credential-access', 4],
      ['T1003.008', 'credential-access', 4],
      ['T1562', 'defense-evasion', 2],
      ['T1562.001', 'defense-evasion', 2],
    ])
    expect(techniques[0]).toMatchObject({
      color: '#57bb8a',
      comment: 'proven: by file; by name',
      metadata: [{ name: 'depth', value: '2' }, { value: 'behaviour' }, {}],
    })
  })
})
