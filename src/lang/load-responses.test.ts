import { expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { loadResponses } from './load-responses.ts'

const load = (text: string) =>
  loadResponses([{ path: 'r.yaml', text }], {
    findings: VOCABULARY,
    processes: VOCABULARY,
    checkStep: ({ action }) =>
      action.value.startsWith('no-') ? { problem: `no action is called ${action.value}`, fix: 'See them all.' } : undefined,
  })

const said = (text: string): string[] =>
  load(text).diagnostics.map(({ code, message, line, column }) => `${line}:${column} ${message} [${code}]`)

test('a response is read as it stands, and careful where nothing is said', () => {
  const { responses, diagnostics } = load(`
- response: stop reverse shells
  desc: They are stopped.
  mode: act
  when:
    rules: Reverse shell*
    tags: [T1059, container]
    priority: critical
    confidence: high
    risk: 60
    workloads: [web-*]
    namespaces: [prod]
    condition: proc.name = bash
  do:
    - {action: capture-evidence, with: {freeze: true, memory: [heap], label: "5", most: 5, name: a b}, on_failure: continue}
    - {action: isolate-network, for: 30m}
  limits: {per_minute: 3}
  ask_for: 5m
- response: careful
  when: {rules: ['*']}
  do: [{action: kill-process}]
`)
  expect(diagnostics).toEqual([])
  const [full, careful] = responses
  expect(full).toMatchObject({
    mode: 'act',
    desc: 'They are stopped.',
    when: { rules: ['Reverse shell*'], tags: ['T1059', 'container'], priority: 'critical', confidence: 'high', risk: 60 },
    limits: { perMinute: 3, concurrent: 4, processes: 100, containers: 1 },
    askForNs: 300e9,
  })
  expect(full?.rule?.name).toBe('r.yaml')
  expect(full?.steps.map(({ action, settings, forNs, onFailure }) => [action.value, settings, forNs, onFailure])).toEqual([
    ['capture-evidence', { freeze: true, memory: ['heap'], label: '5', most: 5, name: 'a b' }, undefined, 'continue'],
    ['isolate-network', {}, 1800e9, 'stop'],
  ])
  expect(careful).toMatchObject({ mode: 'dry-run', limits: { perMinute: 10 }, askForNs: 900e9, rule: undefined })
})

test('what holds responses back is read, too', () => {
  const { protections, maintenance, diagnostics } = load(`
- protect: database
  condition: proc.exepath startswith /usr/lib/postgresql/
- {maintenance: nightly, days: [Sat, sunday], from: "22:30", to: "2:00", time_zone: Europe/Berlin, mode: dry-run}
- {maintenance: daily, from: "00:00", to: "23:59", condition: container.name = web}
`)
  expect(diagnostics).toEqual([])
  expect(protections.map(({ name, rule }) => [name.value, rule !== undefined])).toEqual([['database', true]])
  expect(maintenance).toMatchObject([
    { days: [6, 0], from: 1350, to: 120, timeZone: 'Europe/Berlin', mode: 'dry-run', rule: undefined },
    { days: [0, 1, 2, 3, 4, 5, 6], timeZone: 'UTC', mode: 'ask' },
  ])
})

const R = '- response: r\n  when: {rules: [x]}\n'
test.each([
  ['an unknown item', '- respond: r', '1:3 unknown kind of item (its keys: respond), did you mean response? [RESPONSE_UNKNOWN_ITEM]'],
  ['no condition at all', '- response: r\n  do: [{action: a}]', '1:3 the key when is missing in this response [LOAD_MISSING_KEY]'],
  ['no steps', R, '1:13 the response r does nothing [RESPONSE_NO_STEPS]'],
  ['a mode', `${R}  do: [{action: a}]\n  mode: kill`, '4:9 kill is no value of mode [LOAD_BAD_CHOICE]'],
  ['an action that is none', `${R}  do: [{action: no-such}]`, '3:17 no action is called no-such [RESPONSE_BAD_ACTION]'],
  ['a limit of nothing', `${R}  do: [{action: a}]\n  limits: {processes: 0}`, '4:23 0 is no limit of processes [RESPONSE_NO_LIMIT]'],
  ['a time to live', `${R}  do: [{action: a, for: ever}]`, '3:25 ever is no time for for [LOAD_BAD_DURATION]'],
  ['a time of day', '- {maintenance: m, from: "25:00", to: "1:00"}', '1:26 25:00 is no time of day for from [RESPONSE_BAD_TIME]'],
  [
    'a time zone',
    '- {maintenance: m, from: "1:00", to: "2:00", time_zone: Mars/Base}',
    '1:57 Mars/Base is no time zone [RESPONSE_BAD_ZONE]',
  ],
  ['a name twice', `${R}  do: [{action: a}]\n${R}  do: [{action: a}]`, '4:13 there is another response called r [RESPONSE_DUPLICATE]'],
  ['a condition', '- protect: p\n  condition: proc.nam = x', expect.stringMatching(/^2:14 .*proc\.nam.*\[/) as string],
])('a mistake is said where it stands, and the item is left out: %s', (_, text, problem) => {
  expect(said(text)).toEqual([problem])
  const { responses, protections, maintenance } = load(text)
  expect(responses.length + protections.length + maintenance.length).toBe(
    text.includes('response: r\n') && text.includes(']\n- resp') ? 1 : 0,
  )
})

test('one broken item does not take the others with it', () => {
  const { responses, diagnostics } = load(`- response: [\n- response: good\n  when: {rules: [x]}\n  do: [{action: a}]\n`)
  expect(diagnostics.length).toBeGreaterThan(0)
  expect(responses.map(({ name }) => name.value)).toEqual(['good'])
})

test('settings that are nested without end are refused', () => {
  const deep = `${'['.repeat(40)}${']'.repeat(40)}`
  expect(said(`${R}  do: [{action: a, with: {x: ${deep}}}]`)[0]).toContain('[LOAD_YAML_TOO_COMPLEX]')
})
