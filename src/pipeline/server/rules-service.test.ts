import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Backtest, LiveMessage } from '../../api/services.ts'
import { VOCABULARY } from '../../events/fields.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import { loadChosenRules, type RuleChoice } from '../../lang/rule-choice.ts'
import { createLog } from '../../lib/log.ts'
import { openStore } from '../../store/embedded.ts'
import type { Store } from '../../store/store.ts'
import { createRuleService, type OpenRuleService } from './rules-service.ts'

const S = 1e9
const START = 1_700_000_000 * S
const RULES = `
- list: secrets
  items: [/etc/shadow, /etc/gshadow]
- macro: opened
  condition: evt.type in (open, openat)
# Kept with its rule.
- rule: Secret read
  desc: Somebody reads a secret.
  condition: opened and fd.name in (secrets)
  output: A secret was read (file=%fd.name command=%proc.cmdline)
  priority: WARNING
  tags: [host]
  exceptions:
    - name: login
      fields: [proc.name]
      comps: [in]
      values: [[[login, su]]]
  tests:
    - match: true
      events: [{evt.type: openat, fd.name: /etc/shadow, proc.name: cat}]
- rule: Many opens
  desc: Many files at once.
  condition: opened
  output: Many files (last=%fd.name)
  priority: NOTICE
  threshold: {count: 3, within: 10s, by: [proc.pid]}
`

let folder = ''
let store: Store
let rules: OpenRuleService
let now = 0
const told: LiveMessage[] = []
const managed = (): string => join(folder, 'state', 'rules')
const choice = (): RuleChoice => ({
  ...{ paths: [join(folder, 'shipped')], strict: false, matching: 'all', priority: undefined },
  enable: [],
  disable: [],
})

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-rules-'))
  mkdirSync(join(folder, 'shipped'))
  writeFileSync(join(folder, 'shipped', 'rules.yaml'), RULES)
  store = await openStore({ folder: join(folder, 'store'), nowNs: () => START })
  told.length = 0
  rules = createRuleService({
    choice: choice(),
    managedFolder: managed(),
    shippedRules: join(folder, 'shipped'),
    store,
    ledger: join(folder, 'ledger.jsonl'),
    hub: { publish: (message) => told.push(message) },
    nowMs: () => now,
    log: createLog({ write: () => undefined, level: 'error', format: 'text', colour: false, nowNs: () => 0 }),
  })
})
afterEach(async () => {
  await rules.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

/** The rule as an agent would load it. */
const asLoaded = (name: string) => loadChosenRules({ ...choice(), managed: managed() }, VOCABULARY).rules.find((rule) => rule.name === name)

test('a rule is shown with its own text, where it comes from, and its exceptions', () => {
  expect(rules.list().map(({ name, origin, form, overridden }) => [name, origin, form, overridden])).toEqual([
    ['Secret read', 'shipped', 'condition', false],
    ['Many opens', 'shipped', 'threshold', false],
  ])
  const detail = rules.get('Secret read')
  expect(detail?.yaml.startsWith('- rule: Secret read')).toBe(true)
  expect(detail?.yaml).not.toContain('Many opens')
  expect(detail?.exceptionList).toEqual([
    {
      name: 'login',
      fields: ['proc.name'],
      comps: ['in'],
      values: [[['login', 'su']]],
      owner: '',
      reason: '',
      expires: undefined,
      managed: false,
    },
  ])
  expect(rules.get('Nobody')).toBeUndefined()
})

test('what is changed is a file that agents load, and goes when it is taken back', () => {
  expect(rules.setState('Secret read', { enabled: false, priority: 'critical' })).toMatchObject({
    enabled: false,
    priority: 'critical',
    overridden: true,
  })
  expect(rules.setState('Secret read', { shadow: true })).toMatchObject({ enabled: false, shadow: true, priority: 'critical' })
  expect(asLoaded('Secret read')).toMatchObject({ enabled: false, shadow: true, priority: 'critical' })
  expect(told).toContainEqual({ kind: 'rules', changed: ['Secret read'] })
  expect(rules.reset('Secret read')).toMatchObject({ enabled: true, shadow: false, priority: 'warning', overridden: false })
  expect(readdirSync(managed())).toEqual([])
})

const EXCEPTION = {
  name: 'backup',
  fields: ['proc.name', 'proc.args'],
  comps: [],
  values: [['tar', 'a) or (proc.name exists']],
  owner: 'ada',
  reason: 'Nightly.',
  expires: '2099-01-01',
}

test('an exception keeps the rule silent, whatever its values look like, and marks what was found before', async () => {
  const finding = { ...SAMPLE_FINDING, rule: 'Secret read', outputFields: { 'proc.name': 'tar', 'proc.args': 'a) or (proc.name exists' } }
  const other = { ...finding, id: 'other', outputFields: { 'proc.name': 'cat', 'proc.args': 'x' } }
  store.state.writeFindings({
    spool: 's',
    seq: 2,
    findings: [finding, other].map((one) => ({ finding: one, incidentId: undefined })),
    incidents: [],
  })
  const detail = rules.addException('Secret read', EXCEPTION)
  expect(detail.exceptionList.at(-1)).toEqual({ ...EXCEPTION, comps: ['=', '='], managed: true })
  expect(asLoaded('Secret read')?.exceptions.map(({ name, owner, expires }) => [name, owner, expires])).toEqual([
    ['login', undefined, undefined],
    ['backup', 'ada', '2099-01-01'],
  ])
  await until(() => store.state.findings.get(finding.id)?.excepted === true)
  expect(store.state.findings.get('other')?.excepted).toBe(false)
  expect(() => rules.addException('Secret read', EXCEPTION)).toThrow(/already/)
  expect(rules.removeException('Secret read', 'backup').exceptions).toBe(1)
  await until(() => store.state.findings.get(finding.id)?.excepted === false)
})

const REFUSED: readonly (readonly [what: string, given: Partial<typeof EXCEPTION>, said: RegExp])[] = [
  ['a field with a condition behind it', { fields: ['proc.name', 'proc.env[x] exists or proc.pid'] }, /no field/],
  ['a field that there is not', { fields: ['proc.name', 'proc.nme'] }, /proc\.nme/],
  ['a transformer with something behind it', { fields: ['proc.name', 'tolower(proc.name) exists or proc.pid'] }, /no field/],
  ['an operator that is none', { comps: ['=', '= x or proc.pid ='] as never[] }, /no operator/],
  ['an operator that compares nothing', { comps: ['=', 'exists'] as never[] }, /no operator/],
  ['a day that there is not', { expires: '2026-02-31' }, /2026-02-31/],
]

test.each(REFUSED)('an exception is refused for %s', (_, given, said) => {
  expect(() => rules.addException('Secret read', { ...EXCEPTION, ...given })).toThrow(said)
  expect(existsSync(managed()) ? readdirSync(managed()) : []).toEqual([])
})

const OWN = `# By hand.
- macro: by_tar
  condition: proc.name = tar
- rule: Own
  desc: One of our own.
  condition: opened and by_tar
  output: Own (file=%fd.name)
  priority: ERROR
  tests:
    - {match: true, events: [{evt.type: openat, proc.name: tar, fd.name: /x}]}
    - {match: false, events: [{evt.type: openat, proc.name: tar, fd.name: /x}]}
`

test('a rule of our own is looked at, tested, saved as it is written, changed, and taken away', async () => {
  expect(await rules.validate(OWN)).toEqual([])
  const [wrong] = await rules.validate(OWN.replace('fd.name)', 'fd.nme)'))
  expect(wrong).toMatchObject({ severity: 'error', code: 'RULE_UNKNOWN_FIELD', line: 7 })
  expect((await rules.validate('- rule: ['))[0]?.severity).toBe('error')
  expect((await rules.test(OWN)).results.map(({ passed }) => passed)).toEqual([true, false])
  expect(rules.save(OWN)).toMatchObject([{ name: 'Own', origin: 'local', priority: 'error' }])
  const [file = ''] = readdirSync(managed())
  expect(readFileSync(join(managed(), file), 'utf8')).toBe(OWN)
  rules.save(OWN.replace('ERROR', 'ALERT'))
  expect(readdirSync(managed())).toEqual([file])
  expect(rules.get('Own')?.priority).toBe('alert')
  expect(() => rules.save(OWN.replace('fd.name)', 'fd.nme)'))).toThrow(/fd\.nme/)
  rules.setState('Own', { enabled: false })
  rules.remove('Own')
  expect(rules.get('Own')).toBeUndefined()
  expect(readdirSync(managed())).toEqual([file])
  expect(() => rules.remove('Secret read')).toThrow(/not made here/)
  expect(() => rules.save('# nothing\n')).toThrow(/no rule/)
})

test('a rule of our own that others lean on stays', () => {
  rules.save(OWN)
  rules.save('- rule: Other\n  desc: d\n  condition: by_tar and opened\n  output: o\n  priority: DEBUG\n')
  expect(() => rules.save(OWN.replaceAll('by_tar', 'by_gtar'))).toThrow(/Own/)
  expect(rules.get('Other')).toBeDefined()
})

test('a name cannot lead out of the folder', () => {
  rules.save('- rule: ../../../etc/x\n  desc: d\n  condition: opened\n  output: o\n  priority: DEBUG\n')
  expect(readdirSync(managed())).toEqual([expect.stringMatching(/^10-rule-etc-x-[0-9a-f]{8}\.yaml$/)])
})

test('what somebody writes into the folder by hand is seen after a second', () => {
  rules.list()
  mkdirSync(managed(), { recursive: true })
  writeFileSync(join(managed(), 'a.yaml'), '- rule: By hand\n  desc: d\n  condition: opened\n  output: o\n  priority: DEBUG\n')
  expect(rules.get('By hand')).toBeUndefined()
  now += 1500
  expect(rules.get('By hand')?.origin).toBe('local')
})

test('a rule is tried on history: what it would have found, on which days, and of rules about several events, too', async () => {
  const events = Array.from({ length: 40 }, (_, index) => ({
    ...{
      id: `e-${index}`,
      hostname: `web-${index % 2}`,
      timeNs: START + index * 7200 * S,
      kind: 'file.open',
      type: 'openat',
      processId: undefined,
      processKey: undefined,
    },
    fields: { 'fd.name': index % 4 === 0 ? '/etc/shadow' : '/etc/passwd', 'proc.name': index === 0 ? 'su' : 'cat', 'proc.pid': index },
  }))
  const burst = Array.from({ length: 7 }, (_, index) => ({
    ...(events[0] as (typeof events)[0]),
    id: `b-${index}`,
    timeNs: START + (500_000 + index) * S,
  }))
  await store.history.append({ spool: 's', seq: 1, events: [...events, ...burst] })
  const range = { fromNs: 0, toNs: 4e18 }
  const secret = await ended(rules.tryOnHistory({ name: 'Secret read' }, range))
  expect(secret).toMatchObject({ state: 'done', progress: 1, findings: 9, unknownFields: [] })
  expect(secret.perDay.reduce((sum, { count }) => sum + count, 0)).toBe(9)
  expect(secret.samples[0]).toMatchObject({ rule: 'Secret read', eventIds: ['e-36'], hostname: 'web-0' })
  expect((await ended(rules.tryOnHistory({ name: 'Many opens' }, range))).findings).toBe(2)
  const own = await ended(rules.tryOnHistory({ yaml: OWN.replace('proc.name = tar', 'proc.name = cat and evt.cpu > 0') }, range))
  expect(own.unknownFields).toEqual(['evt.cpu'])
  expect(() => rules.tryOnHistory({ yaml: '- rule: [' }, range)).toThrow()
})

async function ended({ id }: Backtest): Promise<Backtest> {
  await until(() => rules.backtest(id)?.state !== 'running')
  return rules.backtest(id) as Backtest
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !holds(); tries++) await sleep(10)
  expect(holds()).toBe(true)
}

test('completion offers the fields, operators, macros and lists', () => {
  const names = new Set(rules.language().map(({ kind, name }) => `${kind} ${name}`))
  for (const one of [
    'field fd.name',
    'operator startswith',
    'transformer tolower',
    'macro opened',
    'list secrets',
    'keyword and',
    'event-type openat',
  ]) {
    expect(names.has(one), one).toBe(true)
  }
})
